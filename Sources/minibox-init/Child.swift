// SPDX-License-Identifier: Apache-2.0
internal import CInit

/// The program, in a process of its own.
enum Child {
    /// Starts `program` with `arguments`, a list that ends with null, and returns the number of its process.
    static func start(
        _ program: UnsafePointer<CChar>, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>, _ signals: Signals
    ) -> pid_t {
        let child = fork()
        if child < 0 { unsafe Failure.end("cannot make a process for ", program, 125) }
        if child > 0 { return child }
        // A group of its own, and the terminal with it where there is one: what is typed there then interrupts the
        // program and what it started, and not process 1 as well.
        setpgid(0, 0)
        tcsetpgrp(0, getpgrp())
        signals.release()
        unsafe execvp(program, arguments)
        unsafe Failure.end("cannot run ", program, mb_errno() == ENOENT ? 127 : 126)
    }
}

/// A last word on the standard error.
enum Failure {
    static func end(_ what: StaticString, _ subject: UnsafePointer<CChar>?, _ code: Int32) -> Never {
        let reason = unsafe strerror(mb_errno())
        put("minibox-init: ")
        put(what)
        if let subject = unsafe subject {
            unsafe put(bytes: subject)
            put(": ")
            if let reason = unsafe reason { unsafe put(bytes: reason) }
        }
        put("\n")
        _exit(code)
    }

    private static func put(_ text: StaticString) {
        _ = unsafe write(2, text.utf8Start, text.utf8CodeUnitCount)
    }

    private static func put(bytes text: UnsafePointer<CChar>) {
        _ = unsafe write(2, text, strlen(text))
    }
}
