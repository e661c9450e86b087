// SPDX-License-Identifier: Apache-2.0
public import Linux

/// How a process that is watched over can be left alone by the person at its terminal, while it goes on.
///
/// Who watches is not the command that the person began, since that one ends then, and a process is its parent's to wait
/// for. Both have the person's terminal, and with it get the signals of its keys and its changes of size; other signals go
/// to the command, which passes them on as packets. So each reaches the program once.
public struct Departure {
    /// Takes what was typed. What goes to the process is the answer; nil from when it is to be left alone.
    let typed: (ArraySlice<UInt8>) -> [UInt8]?
    /// Says so over the connection that requests come by, and lets go of what is the person's.
    let left: (borrowing Descriptor) throws(SystemError) -> Void

    public init(
        typed: @escaping (ArraySlice<UInt8>) -> [UInt8]?,
        left: @escaping (borrowing Descriptor) throws(SystemError) -> Void
    ) {
        self.typed = typed
        self.left = left
    }

    /// A request: that the process gets this signal, or with SIGWINCH the terminal's size.
    public static func request(_ signal: Signal) -> [UInt8] { [UInt8(truncatingIfNeeded: signal.rawValue)] }

    static func signal(in packet: [UInt8]) -> Signal? { packet.first.map { Signal(rawValue: Int32($0)) } }
}
