// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import Registry

/// A request that goes where answers send it, within what ``RedirectTrail`` allows.
struct Exchange: Sendable {
    var transport: Transport
    var trust: Trust

    /// Follows redirects; `call` is then the one that was answered.
    /// - Parameters:
    ///   - start: nil where the user chose the address; otherwise whether a server of this machine did.
    ///   - authorization: for the first origin alone.
    func follow(_ call: inout Call, start: Bool?, authorization: String?) async throws(Setback) -> Reply {
        let origin = call.address
        if let start {
            if let literal = origin.literal, let words = RedirectTrail.objection(to: literal, isLocal: start) {
                throw Setback(FetchFailure(.badAnswer, "a server names \(origin.shown): \(words)"), mayPass: false)
            }
        }
        var trail: RedirectTrail?
        while true {
            let isHome = trail?.hasCredentials ?? true
            let chosen: Chosen =
                call.address.hasSameOrigin(as: origin) && start == nil
                ? .byUser(origin: origin.origin) : .byServer(isLocal: start ?? transport.isLocal(origin))
            let insecure = transport.session.insecure
            let reply = try await transport.send(
                call, isHome ? trust : trust.elsewhere(call.address, from: origin, insecure), chosen,
                authorization: isHome ? authorization : nil)
            guard RedirectTrail.isRedirect(reply.status), reply.status != 304 else { return reply }
            await transport.drain(reply, call)
            var next =
                trail
                ?? RedirectTrail(
                    origin, isInsecure: trust.isInsecure, isLocal: start ?? transport.isLocal(origin))
            do { try next.follow(reply.header("Location"), insecure) } catch { throw Setback(error, mayPass: false) }
            if case .bytes = call.payload, reply.status != 303, !next.hasCredentials {
                // It may be a token or a password, which another server would have then: CVE-2020-15157.
                throw Setback(
                    FetchFailure(
                        .badAnswer, "\(call.shown) sends what was meant for it on to another server",
                        status: Int(reply.status)),
                    mayPass: false)
            }
            trail = next
            call.address = next.address
            if reply.status == 303, call.method != .HEAD {
                call.method = .GET
                call.payload = .none
            }
        }
    }
}

extension Door {
    /// Asks the registry something, with what proves that we may. The answer is any but 401.
    /// - Parameters:
    ///   - address: below ``base()``, or what a registry named as the place to go on at.
    ///   - scopes: what the thing needs.
    nonisolated func exchange(
        _ call: inout Call, scopes: [String], isLogin: Bool = false
    ) async throws(Setback) -> Reply {
        let base = try await base()
        let isHome = call.address.hasSameOrigin(as: base)
        let first = call
        var count = 0
        while true {
            let shown = isHome ? try await authorization(for: scopes, isLogin: isLogin) : nil
            call = first
            let exchange = Exchange(
                transport: transport,
                trust: isHome ? trust : trust.elsewhere(call.address, from: base, transport.session.insecure))
            let reply = try await exchange.follow(
                &call, start: isHome ? nil : transport.isLocal(base), authorization: shown)
            guard reply.status == 401, isHome, call.address.hasSameOrigin(as: base) else { return reply }
            count += 1
            let wanted = reply.headers["WWW-Authenticate"]
            let document = await transport.setback(of: reply, call)
            do throws(Setback) {
                try await refused(wanted, for: scopes, shown: shown, count: count, isLogin: isLogin)
            } catch {
                var error = error
                if error.failure.code == .unauthorized, error.failure.status == 401,
                    document.failure.reason.hasPrefix(call.shown)
                {
                    error.failure.reason += " (\(document.failure.reason))"
                }
                throw error
            }
        }
    }
}
