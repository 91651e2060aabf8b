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
    /// Eight numbers at a time (x86-64 with the parts of AVX-512 that all its processors for servers have).
    Avx512,
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
    /// Every kernel, the fastest last.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// The fastest kernel this machine can run.
    pub fn detect() -> Self {
        let fastest = Self::ALL.into_iter().rev().find(|kernel| kernel.is_available());
        fastest.unwrap_or(Self::Portable)
    }

    /// Whether this machine can run the kernel.
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => std::arch::is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                std::arch::is_x86_feature_detected!("avx512f")
                    && std::arch::is_x86_feature_detected!("avx512bw")
                    && std::arch::is_x86_feature_detected!("avx512cd")
                    && std::arch::is_x86_feature_detected!("avx512dq")
                    && std::arch::is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
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
        self.assert_available();
        match self {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the machine has AVX2.
            Self::Avx2 => unsafe { avx2(work) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the machine has these parts of AVX-512.
            Self::Avx512 => unsafe { avx512(work) },
            _ => work.run(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]
fn avx512<W: Work>(work: W) -> W::Output {
    work.run()
}

/// Asks for numbers that are soon looked at in any order, so that the wait for memory passes beside other work; nothing else happens.
#[inline(always)]
pub(in crate::stats) fn prefetch<T>(numbers: &[T]) {
    /// Bytes that memory gives at once.
    const LINE: usize = 64;
    #[cfg(target_arch = "x86_64")]
    for line in numbers.chunks(LINE / size_of::<T>()) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: it reads nothing, and every machine of the target has the instruction.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = numbers;
}
