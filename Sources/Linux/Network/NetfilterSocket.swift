// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A socket to nf_tables of the network namespace that it was opened in: netlink(7), NETLINK_NETFILTER.
public struct NetfilterSocket: ~Copyable, Sendable {
    private let socket: Descriptor

    /// Closing one waits until what was taken out of sets is freed, which no processor may look at any more by then: some 20 ms
    /// (`nft_rcv_nl_event` of net/netfilter/nf_tables_api.c). It is taken out all the same when ``commit(_:generation:)``
    /// returns. What waits is any socket's close, also of one that took nothing out where another did a moment before: so
    /// each is closed behind, at some 65 µs for the ring that does it.
    deinit { socket.releaseLater() }

    public init() throws(NetfilterError) {
        do throws(SystemError) { socket = try Self.open() } catch { throw NetfilterError(error) }
    }

    private static func open() throws(SystemError) -> Descriptor {
        let socket = Descriptor(
            adopting: try check("socket") {
                Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 12 /* NETLINK_NETFILTER */)
            })
        // Of what it refuses, the kernel sends the head alone: NETLINK_CAP_ACK.
        let number = socket.raw
        var value: CInt = 1
        try check("setsockopt") {
            unsafe setsockopt(number, 270 /* SOL_NETLINK */, 10, &value, socklen_t(MemoryLayout<CInt>.size))
        }
        return socket
    }

    /// Makes all changes of `batch`, or none: nfnetlink carries a batch out before the call that sends it returns.
    ///
    /// Where `generation` is not 0 and the rules have changed since, nothing is made: ERESTART.
    public borrowing func commit(_ batch: NetfilterBatch, generation: UInt32 = 0) throws(NetfilterError) {
        guard !batch.isEmpty else { return }
        do throws(SystemError) {
            try send(batch.bytes(generation: generation))
        } catch {
            throw NetfilterError(error)
        }
        try Self.judge(verdicts(), of: batch.subjects)
    }

    /// What the kernel has said of a batch by the time that it was sent. Of very many failures it keeps the first ones.
    private borrowing func verdicts() throws(NetfilterError) -> [NetlinkAnswer] {
        var found: [NetlinkAnswer] = []
        while true {
            do throws(SystemError) {
                guard let answers = try receive(waits: false) else { return found }
                found += answers.filter(\.isVerdict)
            } catch {
                // Told once, ahead of what was kept.
                if error.errno != .noBuffers { throw NetfilterError(error) }
            }
        }
    }

    /// Finds in the answers to a batch what failed. The last message alone is acknowledged where all went well.
    static func judge(
        _ verdicts: [NetlinkAnswer], of subjects: [NetfilterBatch.Subject]
    ) throws(NetfilterError) {
        var failures: [NetfilterError.Failure] = []
        var whole: Errno?
        var isAcknowledged = false
        for verdict in verdicts {
            let index = Int(verdict.sequence) - 1
            if let errno = verdict.error {
                if subjects.indices.contains(index) {
                    failures.append(NetfilterError.Failure(index: index, subject: subjects[index], errno: errno))
                } else {
                    whole = whole ?? errno
                }
            } else if index == subjects.count - 1 {
                isAcknowledged = true
            }
        }
        if let whole { throw NetfilterError(SystemError("netlink", whole), failures) }
        if let first = failures.first { throw NetfilterError(SystemError("netlink", first.errno), failures) }
        if !isAcknowledged { throw NetfilterError(SystemError("netlink", .inputOutput)) }
    }

    /// Asks one question. A list that changed while it was made is EINTR.
    borrowing func ask(
        _ type: UInt16, _ family: UInt8, lists: Bool, of part: UInt16 = 10 /* NFNL_SUBSYS_NFTABLES */,
        _ body: (inout NetlinkWriter) -> Void
    ) throws(NetfilterError) -> [NetlinkAnswer] {
        var writer = NetlinkWriter()
        let flags: UInt16 = 1 /* NLM_F_REQUEST */ | (lists ? 0x300 /* NLM_F_DUMP */ : 4 /* NLM_F_ACK */)
        writer.message(type: part << 8 | type, flags: flags, sequence: 1) { writer in
            writer.append(netfilter: family, resource: 0)
            body(&writer)
        }
        do throws(SystemError) {
            try send(writer.bytes)
            var found: [NetlinkAnswer] = []
            var changed = false
            while true {
                for answer in try receive(waits: true) ?? [] {
                    changed = changed || answer.isInconsistent
                    guard answer.isVerdict else {
                        found.append(answer)
                        continue
                    }
                    if let errno = answer.error { throw SystemError("netlink", errno) }
                    if changed { throw SystemError("netlink", .interrupted) }
                    return found
                }
            }
        } catch {
            throw NetfilterError(error)
        }
    }

    private borrowing func send(_ bytes: [UInt8]) throws(SystemError) {
        let number = socket.raw
        try check("send") { unsafe Glibc.send(number, bytes, bytes.count, 0) }
    }

    /// The messages of one datagram; nil where there is none and nobody waits for it.
    private borrowing func receive(waits: Bool) throws(SystemError) -> [NetlinkAnswer]? {
        let number = socket.raw
        let flags = waits ? 0 : Int32(MSG_DONTWAIT)
        var failure: SystemError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            do throws(SystemError) {
                count = try check("recv") { unsafe Glibc.recv(number, buffer.baseAddress, buffer.count, flags) }
            } catch {
                failure = error
            }
        }
        if let failure {
            if failure.errno == .again, !waits { return nil }
            throw failure
        }
        guard let answers = NetlinkAnswer.messages(in: bytes), !answers.isEmpty else {
            throw SystemError("netlink", .inputOutput)
        }
        return answers
    }
}
