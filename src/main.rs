//! Arguments in, exit status out; everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    human_panic::setup_panic!(
        human_panic::Metadata::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .support("- Please report it with that file, the command and the scenario: it is an error of the program, whatever was asked.")
    );
    jointly::cli::main()
}
