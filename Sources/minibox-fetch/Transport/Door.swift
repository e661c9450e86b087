// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import Registry

/// One endpoint of a registry: where it is, and who we are there.
actor Door {
    nonisolated let endpoint: RegistryEndpoint
    nonisolated let transport: Transport
    private var authorizer: Authorizer?
    private var place: Task<WebAddress, any Error>?
    private var asking: [[String]: Task<Void, any Error>] = [:]

    init(_ endpoint: RegistryEndpoint, _ transport: Transport) {
        self.endpoint = endpoint
        self.transport = transport
    }

    nonisolated var trust: Trust { Trust(endpoint) }

    /// Where it is. One that is insecure is asked by https first, and by http where that is not spoken.
    func base() async throws(Setback) -> WebAddress {
        if place == nil { place = Task { [self] in try await findPlace() } }
        do {
            guard let place else { throw Setback(FetchFailure(.badRequest, "no address"), mayPass: false) }
            let base = try await place.value
            if authorizer == nil { authorizer = Authorizer(endpoint, at: base, transport.session.insecure) }
            return base
        } catch let error as Setback {
            // What may pass is asked again, next time.
            place = nil
            throw error
        } catch { throw Setback(FetchFailure(.unreachable, "\(error)"), mayPass: false) }
    }

    private nonisolated func findPlace() async throws -> WebAddress {
        let written: WebAddress
        do { written = try WebAddress(endpoint.address) } catch {
            throw Setback(FetchFailure(.badRequest, "the address of a registry, \(error)"), mayPass: false)
        }
        guard endpoint.isInsecure, written.scheme == .https else { return written }
        var plain = written
        plain.scheme = .http
        if written.port == WebAddress.Scheme.https.port { plain.port = WebAddress.Scheme.http.port }
        do throws(Setback) {
            try await knock(written)
            return written
        } catch {
            guard error.failure.code == .untrusted || error.failure.code == .unreachable else { throw error }
            do throws(Setback) { try await knock(plain) } catch { _ = error; throw error }
            return plain
        }
    }

    /// Whether anybody answers there, whatever the answer is.
    private nonisolated func knock(_ base: WebAddress) async throws(Setback) {
        var address = base
        address.path = (base.path == "/" ? "" : base.path) + "/v2/"
        let call = Call(method: .GET, address: address)
        let reply = try await transport.send(call, trust, .byUser(origin: address.origin), authorization: nil)
        await transport.drain(reply, call)
    }

    /// What to show for something that needs `scopes`, for which a token may have to be asked first.
    func authorization(for scopes: [String], isLogin: Bool) async throws(Setback) -> String? {
        if let question = authorizer?.question(for: scopes, now: now, isLogin: isLogin) {
            try await ask(question, for: scopes)
        }
        return authorizer?.authorization(for: scopes, now: now)
    }

    /// Takes in a 401, and asks for the token that it wants.
    func refused(
        _ headers: [String], for scopes: [String], shown: String?, count: Int, isLogin: Bool
    ) async throws(Setback) {
        let step: Authorizer.Step
        do throws(FetchFailure) {
            guard var changed = authorizer else { return }
            step = try changed.refused(
                headers, for: scopes, shown: shown, count: count, isLogin: isLogin, now: now)
            authorizer = changed
        } catch { throw Setback(error, mayPass: false) }
        if case .ask(let question) = step { try await ask(question, for: scopes) }
    }

    var identityToken: String? { authorizer?.identityToken }

    /// Asks once for all who need the same token at the same time.
    private func ask(_ question: TokenQuestion, for scopes: [String]) async throws(Setback) {
        let task =
            asking[scopes]
            ?? Task { [self] in
                let answer = try await token(question)
                take(answer, for: scopes)
            }
        asking[scopes] = task
        do { try await task.value } catch let error as Setback {
            asking[scopes] = nil
            throw error
        } catch {
            asking[scopes] = nil
            throw Setback(FetchFailure(.unreachable, "\(error)"), mayPass: false)
        }
        asking[scopes] = nil
    }

    private func take(_ answer: TokenAnswer, for scopes: [String]) {
        authorizer?.take(answer, for: scopes, now: now)
    }

    private nonisolated func token(_ question: TokenQuestion) async throws(Setback) -> TokenAnswer {
        var call = Call(method: .GET, address: question.address, headers: [("Accept", "application/json")])
        if let form = question.form {
            call.method = .POST
            call.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
            call.payload = .bytes(Array(form.utf8))
        }
        let base = try await base()
        let isChosen = question.address.hasSameOrigin(as: base)
        let exchange = Exchange(
            transport: transport,
            trust: isChosen ? trust : trust.elsewhere(question.address, from: base, transport.session.insecure))
        let reply = try await exchange.follow(
            &call, start: isChosen ? nil : transport.isLocal(base), authorization: question.authorization)
        guard reply.status == 200 else {
            var setback = await transport.setback(of: reply, call)
            if [400, 401, 403].contains(reply.status) {
                let isKnown = endpoint.credential != nil
                setback.failure.code = .unauthorized
                setback.failure.reason =
                    (isKnown ? "the name, password or token is wrong: " : "log in first: ") + setback.failure.reason
            }
            throw setback
        }
        let bytes = try await transport.bytes(of: reply, limit: TokenAnswer.limit, call)
        do { return try TokenAnswer(parsing: bytes) } catch { throw Setback(error, mayPass: false) }
    }
}
