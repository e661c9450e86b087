// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The loopback interface of a network namespace.
public enum Loopback {
    /// Brings `lo` up: rtnetlink(7), RTM_NEWLINK with IFF_UP. It is interface 1 in every network namespace.
    public static func up() throws(SystemError) {
        try RouteSocket().change(.link(16 /* RTM_NEWLINK */, index: 1, flags: 1, change: 1))
    }
}
