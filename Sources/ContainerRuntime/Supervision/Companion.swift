// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What somebody who watches over a process looks after as well, as long as that runs.
public protocol Companion: AnyObject {
    /// Adds what tells that there is something to do, and returns its place there.
    func add(to set: inout PollSet) -> Int
    /// Does it; waits for nothing.
    func serve()
}
