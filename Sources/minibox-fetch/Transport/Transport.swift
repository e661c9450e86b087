// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Registry
import Synchronization

/// Sends requests, over connections that are kept: a client for each kind of trust, proxy and origin.
final class Transport: Sendable {
    private struct Key: Hashable {
        var trust: Trust
        var proxy: ProxyAddress?
        var chosen: Chosen
        /// Whether the other side may think for long before it answers, as a registry that has got a large blob does.
        var isPatient: Bool
    }

    /// How many times as long is waited for the answer to an upload.
    private static let moreForUploads = 10.0

    let session: FetchSession
    private let clients = Mutex<[Key: HTTPClient]>([:])
    private let known = Mutex(Known())

    /// What has been seen of servers.
    private struct Known {
        var places = SeenPlaces()
        /// Origins that have answered.
        var alive: Set<String> = []
    }

    init(_ session: FetchSession) { self.session = session }

    /// Whether the origin of `address`, which has been asked before, is this machine.
    func isLocal(_ address: WebAddress) -> Bool { known.withLock { $0.places.isLocal(address.origin) } }

    /// Sends it once and waits for the head of the answer.
    func send(_ call: Call, _ trust: Trust, _ chosen: Chosen, authorization: String?) async throws(Setback) -> Reply {
        let client = try client(for: call, trust, chosen)
        var request = HTTPClientRequest(url: "\(call.address)")
        request.method = call.method
        for (name, value) in call.headers { request.headers.add(name: name, value: value) }
        request.headers.replaceOrAdd(name: "User-Agent", value: session.userAgent)
        if let authorization { request.headers.replaceOrAdd(name: "Authorization", value: authorization) }
        switch call.payload {
        case .none: if call.method != .GET && call.method != .HEAD { request.body = .bytes(ByteBuffer()) }
        case .bytes(let bytes): request.body = .bytes(ByteBuffer(bytes: bytes))
        case .file(let name, let range, let progress, let total):
            let body = FileBody(file: name, range: range, progress: progress, total: total)
            request.body = .stream(body, length: .known(Int64(range.count)))
        }
        do {
            let response = try await client.execute(request, deadline: .distantFuture)
            known.withLock { _ = $0.alive.insert(call.address.origin) }
            return Reply(
                status: Int(response.status.code), headers: response.headers, body: response.body, address: call.address
            )
        } catch {
            throw setback(error, call)
        }
    }

    /// What an error of a connection means.
    func setback(_ error: any Error, _ call: Call) -> Setback {
        let isAlive = known.withLock { $0.alive.contains(call.address.origin) }
        return connectionSetback(error, call, isAlive: isAlive, patience: session.patience)
    }

    private func client(for call: Call, _ trust: Trust, _ chosen: Chosen) throws(Setback) -> HTTPClient {
        let proxy: ProxyAddress?
        do { proxy = try session.proxy.proxy(for: call.address) } catch {
            throw Setback(FetchFailure(.badRequest, "the proxy \(error)"), mayPass: false)
        }
        let key = Key(
            trust: trust, proxy: proxy, chosen: chosen, isPatient: call.method == .PUT || call.method == .PATCH)
        if let client = clients.withLock({ $0[key] }) { return client }
        let configuration = try configuration(key)
        return clients.withLock { clients in
            if let client = clients[key] { return client }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            clients[key] = client
            return client
        }
    }

    private func configuration(_ key: Key) throws(Setback) -> HTTPClient.Configuration {
        var result = HTTPClient.Configuration(
            tlsConfiguration: try tlsConfiguration(key.trust), redirectConfiguration: .disallow)
        let patience = TimeAmount.milliseconds(Int64(session.patience * 1000))
        let reading = key.isPatient ? session.patience * Self.moreForUploads : session.patience
        result.timeout = .init(
            connect: min(patience, .seconds(15)), read: .milliseconds(Int64(reading * 1000)), write: patience)
        result.connectionPool.idleTimeout = .seconds(20)
        result.connectionPool.retryConnectionEstablishment = false
        result.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = session.concurrency + 2
        result.httpVersion = .http1Only
        result.decompression = .disabled
        if let proxy = key.proxy {
            switch proxy.kind {
            case .socks: result.proxy = .socksServer(host: proxy.host, port: proxy.port)
            case .http:
                let who = proxy.user.map {
                    HTTPClient.Authorization.basic(username: $0, password: proxy.password ?? "")
                }
                result.proxy = .server(host: proxy.host, port: proxy.port, authorization: who)
            }
        } else {
            result.http1_1ConnectionDebugInitializer = { [self] channel in look(at: channel, key.chosen) }
        }
        return result
    }

    /// Looks at whom a name has led to, before anything is said there.
    private func look(at channel: any Channel, _ chosen: Chosen) -> EventLoopFuture<Void> {
        let address = channel.remoteAddress.flatMap(IPAddress.init(_:))
        switch chosen {
        case .byUser(let origin):
            known.withLock { $0.places.take(origin, address) }
        case .byServer(let isLocal):
            if let address, let words = RedirectTrail.objection(to: address, isLocal: isLocal) {
                channel.close(promise: nil)
                return channel.eventLoop.makeFailedFuture(ForbiddenPlace(words: words))
            }
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }

    private func tlsConfiguration(_ trust: Trust) throws(Setback) -> TLSConfiguration {
        var result = TLSConfiguration.makeClientConfiguration()
        result.minimumTLSVersion = .tlsv12
        if let authorities = Confinement.chosenAuthorities { result.trustRoots = .file(authorities) }
        if trust.isInsecure { result.certificateVerification = .none }
        do {
            if let authorities = trust.authorities {
                result.additionalTrustRoots = [
                    .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authorities.utf8)))
                ]
            }
        } catch {
            throw Setback(FetchFailure(.badRequest, "the certificates of authorities are no PEM"), mayPass: false)
        }
        do {
            if let certificate = trust.certificate, let key = trust.key {
                result.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
                    .map { .certificate($0) }
                result.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
            }
        } catch {
            throw Setback(FetchFailure(.badRequest, "the client's certificate or its key is no PEM"), mayPass: false)
        }
        return result
    }
}

/// A server has led to where no server may lead.
struct ForbiddenPlace: Error {
    var words: String
}

extension IPAddress {
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        // Without the zone.
        self.init(String(text.prefix { $0 != "%" }))
    }
}
