//! Arguments in, exit status out; everything else is in the library.

use std::process::ExitCode;

/// Half a million histograms that grow side by side leave less between them than with the allocator of the C library: a sixth less memory for 64 options.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    human_panic::setup_panic!(
        human_panic::Metadata::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .support("- Please report it with that file, the command and the scenario: it is an error of the program, whatever was asked.")
    );
    jointly::cli::main()
}
