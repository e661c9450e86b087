// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension Descriptor {
    /// Reads up to `count` bytes; empty at the end: read(2).
    public borrowing func read(upTo count: Int) throws(SystemError) -> [UInt8] {
        let number = raw
        var failure: SystemError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(SystemError) {
                filled = try check("read") { unsafe Glibc.read(number, buffer.baseAddress, count) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads into `buffer` and returns how many bytes came; 0 at the end: read(2).
    public borrowing func read(into buffer: inout [UInt8]) throws(SystemError) -> Int {
        let number = raw
        return try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(SystemError) in
            try check("read") { unsafe Glibc.read(number, bytes.baseAddress, bytes.count) }
        }
    }

    /// Reads up to `count` bytes into `buffer` from its place `start` on, which must have room for them, and returns how
    /// many bytes came; 0 at the end: read(2).
    public borrowing func read(into buffer: inout [UInt8], at start: Int, upTo count: Int) throws(SystemError) -> Int {
        precondition(start >= 0 && count >= 0 && start + count <= buffer.count, "no room to read into")
        let number = raw
        return try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(SystemError) in
            try check("read") { unsafe Glibc.read(number, bytes.baseAddress?.advanced(by: start), count) }
        }
    }

    /// Reads to the end.
    public borrowing func readAll(limit: Int = .max) throws(SystemError) -> [UInt8] {
        try readAll(limit: limit, expecting: 0)
    }

    /// Reads to the end, or `limit` bytes, of a file that most likely has `count` bytes.
    public borrowing func readAll(limit: Int, expecting count: Int) throws(SystemError) -> [UInt8] {
        var result: [UInt8] = []
        // One byte more, to see the end without another buffer of that size.
        var size = max(4096, min(count, 1 << 20) + 1)
        while result.count < limit {
            let part = try read(upTo: min(size, limit - result.count))
            if part.isEmpty { break }
            size = part.count < size ? 4096 : min(size * 2, 1 << 20)
            if result.isEmpty { result = part } else { result += part }
        }
        return result
    }

    /// Reads to the end, of a file that most likely has `count` bytes.
    public borrowing func readAll(expecting count: Int) throws(SystemError) -> [UInt8] {
        // One byte more, to see the end without another buffer.
        var result = try read(upTo: count + 1)
        while true {
            let part = try read(upTo: max(4096, count + 1 - result.count))
            if part.isEmpty { return result }
            result += part
        }
    }

    /// Writes all of `bytes`: write(2), as often as it takes.
    public borrowing func write(_ bytes: borrowing [UInt8]) throws(SystemError) {
        try write(bytes[...])
    }

    /// Writes all of `bytes`: write(2), as often as it takes.
    public borrowing func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        let number = raw
        try unsafe bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
            var done = 0
            while done < buffer.count {
                do throws(SystemError) {
                    done += try check("write") {
                        unsafe Glibc.write(number, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                    }
                } catch {
                    // A pipe that another process has made return at once, and that is full: whoever reads it is slow.
                    guard error.errno == .again else { throw error }
                    var item = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                    try check("poll") { unsafe poll(&item, 1, -1) }
                }
            }
        }
    }

    /// Writes all of `bytes` from the place `offset` of the file on: pwrite(2), as often as it takes.
    public borrowing func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        let number = raw
        try unsafe bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
            var done = 0
            while done < buffer.count {
                done += try check("pwrite") {
                    unsafe pwrite(
                        number, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset + done))
                }
            }
        }
    }

    /// Writes what fits now and returns how much that was: write(2).
    public borrowing func writeSome(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        let number = raw
        return try unsafe bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
            try check("write") { unsafe Glibc.write(number, buffer.baseAddress, buffer.count) }
        }
    }

    /// Writes all of `text` as UTF-8.
    public borrowing func write(_ text: String) throws(SystemError) { try write(Array(text.utf8)) }

    /// Puts the contents and what is needed to read them on stable storage: fsync(2).
    public borrowing func synchronize() throws(SystemError) {
        let number = raw
        try check("fsync") { fsync(number) }
    }

    /// Puts everything of this file system on stable storage: syncfs(2).
    public borrowing func synchronizeFileSystem() throws(SystemError) {
        let number = raw
        try check("syncfs") { mb_syncfs(number) }
    }

    /// How a lock is shared.
    public enum Lock: Sendable { case shared, exclusive }

    /// Takes the lock of flock(2) on what is open; false where another holds it and `wait` is false.
    /// It is released when the last descriptor of this open file is closed, so also by `kill -9`.
    public borrowing func lock(_ kind: Lock, wait: Bool = true) throws(SystemError) -> Bool {
        let number = raw
        let operation = (kind == .shared ? LOCK_SH : LOCK_EX) | (wait ? 0 : LOCK_NB)
        do {
            try check("flock") { flock(number, operation) }
            return true
        } catch {
            if error.errno == .again { return false }
            throw error
        }
    }

    /// Takes the lock of this process on the file: fcntl(2), F_SETLK. False where another process has it.
    ///
    /// Unlike that of ``lock(_:wait:)``, no child shares it: it is released when this process ends, whatever became of
    /// its children. It is also released when this process closes any descriptor of the file.
    public borrowing func lockForProcess() throws(SystemError) -> Bool {
        let number = raw
        var region = Self.wholeFile
        do throws(SystemError) {
            try check("fcntl") { unsafe fcntl(number, F_SETLK, &region) }
            return true
        } catch {
            if error.errno == .again || error.errno == .access { return false }
            throw error
        }
    }

    /// Whether another process has the lock of ``lockForProcess()``: fcntl(2), F_GETLK.
    public borrowing func isLockedByProcess() throws(SystemError) -> Bool {
        let number = raw
        var region = Self.wholeFile
        try check("fcntl") { unsafe fcntl(number, F_GETLK, &region) }
        return region.l_type != Int16(F_UNLCK)
    }

    private static var wholeFile: flock {
        var region = Glibc.flock()
        region.l_type = Int16(F_WRLCK)
        region.l_whence = Int16(SEEK_SET)
        return region
    }

    /// Moves the position to `offset` bytes from the start: lseek(2).
    public borrowing func seek(to offset: Int64) throws(SystemError) {
        let number = raw
        try check("lseek") { lseek(number, off_t(offset), SEEK_SET) }
    }

    /// Makes the file `size` bytes long: ftruncate(2).
    public borrowing func truncate(to size: Int64) throws(SystemError) {
        let number = raw
        try check("ftruncate") { ftruncate(number, off_t(size)) }
    }
}

extension Descriptor {
    /// The contents of the file at `path`.
    public static func contents(of path: String) throws(SystemError) -> [UInt8] {
        try open(path, .readOnly).readAll()
    }

    /// The contents of the file `name` in this directory.
    public borrowing func contents(of name: String) throws(SystemError) -> [UInt8] {
        try open(name, .readOnly).readAll()
    }

    /// Writes `text` to the existing file `name` in this directory in one call, as control files want it.
    public borrowing func write(_ text: String, to name: String) throws(SystemError) {
        try open(name, .writeOnly).write(text)
    }

    /// Replaces the file `name` in this directory: a reader sees the old bytes or the new ones, also after a crash.
    ///
    /// With `durable`, both the bytes and the name are on stable storage on return.
    /// - Parameter alone: whether no other process writes it at the same time. What one that was killed has left is then
    ///   written over by the next.
    public borrowing func replace(
        _ name: String, with bytes: [UInt8], mode: UInt32 = 0o644, durable: Bool, alone: Bool = false
    ) throws(SystemError) {
        let temporary = alone ? ".\(name).new" : ".\(name).\(getpid())"
        do {
            let file = try open(temporary, [.writeOnly, .create, .truncate, .noFollow], mode: mode)
            try file.write(bytes)
            if durable { try file.synchronize() }
            try file.close()
            try rename(temporary, to: name)
        } catch {
            try? remove(temporary)
            throw error
        }
        if durable { try synchronize() }
    }
}
