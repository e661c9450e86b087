// SPDX-License-Identifier: Apache-2.0
internal import CInit

/// The signals that are passed on. They wait until they are asked for, so that none is lost between two waits.
struct Signals {
    private var held = sigset_t()
    private var former = sigset_t()

    /// Holds every signal back but those that a process causes by its own fault, and those by which a terminal stops a
    /// process in the background: these two are ignored, since handing the terminal over raises one.
    mutating func hold() {
        unsafe sigfillset(&held)
        unsafe sigdelset(&held, SIGILL)
        unsafe sigdelset(&held, SIGTRAP)
        unsafe sigdelset(&held, SIGABRT)
        unsafe sigdelset(&held, SIGBUS)
        unsafe sigdelset(&held, SIGFPE)
        unsafe sigdelset(&held, SIGSEGV)
        unsafe sigdelset(&held, SIGSYS)
        unsafe sigdelset(&held, SIGTTIN)
        unsafe sigdelset(&held, SIGTTOU)
        unsafe sigprocmask(SIG_SETMASK, &held, &former)
        mb_ignore(SIGTTIN)
        mb_ignore(SIGTTOU)
    }

    /// As it was before, for the program.
    func release() {
        var mask = former
        mb_default(SIGTTIN)
        mb_default(SIGTTOU)
        unsafe sigprocmask(SIG_SETMASK, &mask, nil)
    }

    /// Waits for one; -1 where something else ended the wait: sigwaitinfo(2).
    func next() -> Int32 {
        var set = held
        return unsafe sigwaitinfo(&set, nil)
    }
}
