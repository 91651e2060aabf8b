//! Which instructions the block kernel may use.

/// The instruction set of the block kernel, chosen when the program runs.
///
/// Both variants compile the same source, in which every operation is rounded on its own (no fused multiply-add),
/// so they give the same bits; `tests/it/determinism.rs` compares them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kernel {
    /// The instructions every machine of the target has (SSE2 on x86-64).
    Portable,
    /// Four numbers at a time (x86-64 with AVX2).
    Avx2,
}

impl Kernel {
    /// The fastest kernel this machine can run.
    pub fn detect() -> Self {
        if Self::Avx2.is_available() {
            Self::Avx2
        } else {
            Self::Portable
        }
    }

    /// Stops a program that was given a kernel its machine cannot run.
    pub(super) fn assert_available(self) {
        assert!(self.is_available(), "this machine cannot run the kernel {self:?}");
    }

    /// Whether this machine can run the kernel.
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => std::arch::is_x86_feature_detected!("avx2"),
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 => false,
        }
    }
}
