//! Which instructions loops over many numbers may use.

/// An instruction set, chosen when the program runs.
///
/// All variants compile the same source, in which every operation is rounded on its own (no fused multiply-add),
/// so they give the same bits; `tests/it/determinism.rs` compares them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kernel {
    /// The instructions every machine of the target has (SSE2 on x86-64).
    Portable,
    /// Four numbers at a time (x86-64 with AVX2).
    Avx2,
}

/// Work that is compiled once for every kernel: [`run`](Self::run) and what it calls in a loop over numbers are marked
/// `#[inline(always)]`, so that each kernel has its own copy of them.
pub(crate) trait Work {
    /// What it gives.
    type Output;

    /// Does the work.
    fn run(self) -> Self::Output;
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

    /// Stops a program that was given a kernel its machine cannot run.
    pub(crate) fn assert_available(self) {
        assert!(self.is_available(), "this machine cannot run the kernel {self:?}");
    }

    /// Does some work with the instructions of this kernel, the only place that chooses between copies.
    ///
    /// # Panics
    /// If this machine cannot run the kernel.
    #[inline]
    pub(crate) fn run<W: Work>(self, work: W) -> W::Output {
        match self {
            Self::Portable => work.run(),
            Self::Avx2 => {
                self.assert_available();
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the machine has AVX2.
                return unsafe { avx2(work) };
                #[cfg(not(target_arch = "x86_64"))]
                return work.run();
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<W: Work>(work: W) -> W::Output {
    work.run()
}
