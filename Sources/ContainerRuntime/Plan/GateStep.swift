// SPDX-License-Identifier: Apache-2.0

/// A step of the child between what confines it and its program: everything but the launch is done, and `create` has
/// returned.
public enum GateStep: Hashable, Sendable {
    /// Tells the parent that all is done, and reads a byte from ``Slot/gate``. From here on failures go to
    /// ``Slot/report``.
    case standStill
    /// Runs a program of the container's, with the rights of its own program.
    case runHook(HookRun)
}
