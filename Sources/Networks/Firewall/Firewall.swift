// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The rules of minibox in the kernel's nf_tables, in the network namespace that this was made in.
///
/// There are two tables of minibox's own, the same on every machine, and sets in them: a container or a published port is a few
/// elements and no rule. A change is one batch, made whole or not at all, so that processes need no lock among each other.
public struct Firewall: ~Copyable, Sendable {
    let socket: NetfilterSocket
    /// A message of netlink has at most 208 KiB where nobody has set another size.
    static let elementsOfBatch = 1000
    /// How often others may come in between.
    static let patience = 200

    public init() throws(NetworkError) {
        do throws(NetfilterError) {
            socket = try NetfilterSocket()
        } catch {
            throw NetworkError(
                .kernel, "nf_tables", "cannot reach the kernel's nf_tables: it may be built without them", cause: error)
        }
    }

    /// The rules of every machine, with empty sets, as `nft list ruleset` shows them.
    public static var explanation: String { FirewallRules.all.text }

    /// Adds what is new. Where the rules are missing or of another version, makes them, with `all` that there is already.
    ///
    /// A port that leads elsewhere leads here from now on: whoever asks has reserved it. Record what is new before it is added,
    /// so that another process that makes the rules at the same time finds it among `all`.
    public borrowing func add(
        _ elements: [FirewallElement], to all: () throws(NetworkError) -> [FirewallElement]
    ) throws(NetworkError) {
        for start in stride(from: 0, to: max(elements.count, 1), by: Self.elementsOfBatch) {
            try add(elements[start...].prefix(Self.elementsOfBatch), to: all)
        }
    }

    /// Makes the rules anew, with `all` that there is.
    public borrowing func restore(_ all: () throws(NetworkError) -> [FirewallElement]) throws(NetworkError) {
        for _ in 0..<Self.patience {
            if try make([], and: all) { return }
        }
        throw Self.unrest
    }

    private borrowing func add(
        _ elements: ArraySlice<FirewallElement>, to all: () throws(NetworkError) -> [FirewallElement]
    ) throws(NetworkError) {
        var replaced: Set<FirewallElement> = []
        for _ in 0..<Self.patience {
            let change = FirewallChange(adding: elements, replacing: replaced)
            let failure: NetfilterError
            do throws(NetfilterError) {
                return try socket.commit(change.batch)
            } catch {
                failure = error
            }
            if failure.isOfAnotherGeneration { continue }
            let taken = failure.failures.compactMap { Self.isTaken($0) ? change.elements[$0.index] : nil }
                .filter { $0.value != nil }
            if !taken.isEmpty, taken.count == failure.failures.count {
                replaced.formUnion(taken)
            } else if !failure.isMissing {
                throw Self.refused(failure)
            } else if !replaced.isEmpty {
                // What was in the way is gone by itself.
                replaced = []
            } else if try make(elements, and: all) {
                return
            }
        }
        throw Self.unrest
    }

    /// Makes the rules anew; false where somebody changed nf_tables meanwhile, and nothing was made.
    ///
    /// What is added before the generation is asked for is recorded, and among `all`; what is added behind that makes another
    /// generation.
    private borrowing func make(
        _ elements: ArraySlice<FirewallElement>, and all: () throws(NetworkError) -> [FirewallElement]
    ) throws(NetworkError) -> Bool {
        var generation = try Self.explaining { () throws(NetfilterError) in try socket.generation() }
        let batches = FirewallChange.making(FirewallRules.all, with: elements + (try all()))
        do throws(NetfilterError) {
            for batch in batches {
                try socket.commit(batch, generation: generation)
                // Of what is made in several batches only the last has the mark.
                generation = 0
            }
            return true
        } catch {
            if error.isOfAnotherGeneration { return false }
            throw Self.refused(error)
        }
    }

    /// Whether a map has another value for the key: EEXIST, or EBUSY where the kernel is older.
    private static func isTaken(_ failure: NetfilterError.Failure) -> Bool {
        failure.errno == .exists || failure.errno == .busy
    }

    static func explaining<Value>(_ body: () throws(NetfilterError) -> Value) throws(NetworkError) -> Value {
        do throws(NetfilterError) { return try body() } catch { throw refused(error) }
    }

    static func refused(_ cause: NetfilterError) -> NetworkError {
        switch cause.errno {
        case .notPermitted:
            NetworkError(
                .kernel, "nf_tables", "may not change the rules of nf_tables: it needs CAP_NET_ADMIN", cause: cause)
        case .noEntry, .notSupported, .noAddressFamily:
            NetworkError(
                .kernel, "nf_tables",
                "this kernel lacks a part of nf_tables: load or build nf_tables, nf_tables_bridge, nft_nat and nft_fib_inet",
                cause: cause)
        default: NetworkError(.kernel, "nf_tables", "cannot change the rules of nf_tables", cause: cause)
        }
    }

    static var unrest: NetworkError {
        NetworkError(
            .kernel, "nf_tables", "cannot change the rules of nf_tables: somebody changes them all the time; try again")
    }
}
