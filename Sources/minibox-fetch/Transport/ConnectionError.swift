// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Linux
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Registry

/// What an error of a connection means, in words that say what to do.
func connectionSetback(_ error: any Error, _ call: Call, isAlive: Bool, patience: Double) -> Setback {
    let origin = call.address.origin
    func setback(_ code: FetchFailure.Code, _ reason: String, mayPass: Bool = false) -> Setback {
        Setback(FetchFailure(code, "\(call.shown): \(reason)"), mayPass: mayPass)
    }
    switch error {
    case let failure as FetchFailure: return Setback(failure, mayPass: false)
    case let setback as Setback: return setback
    case let place as ForbiddenPlace:
        return setback(.badAnswer, "a server leads there: \(place.words)")
    case let error as HTTPClientError: return clientSetback(error, origin, patience, isAlive, setback)
    case let error as NIOConnectionError:
        if error.connectionErrors.isEmpty {
            return setback(.unreachable, "there is no address of the name \(call.address.host)", mayPass: isAlive)
        }
        let reason = error.connectionErrors.first.map { words(of: $0.error) } ?? ""
        return setback(.unreachable, "cannot connect to \(origin): \(reason)", mayPass: isAlive)
    case let error as NIOSSLError: return tlsSetback("\(error)", origin, isAlive, setback)
    case let error as BoringSSLError: return tlsSetback("\(error)", origin, isAlive, setback)
    case let error as NIOSSLExtraError:
        return error == .failedToValidateHostname
            ? setback(.untrusted, "the certificate of \(origin) is one for another name: ask it by the name in it")
            : setback(.untrusted, "TLS with \(origin) failed: \(error)")
    case let error as HTTPParserError where error == .invalidEOFState || error == .closedConnection:
        return setback(.unreachable, "the connection broke", mayPass: true)
    case is HTTPParserError:
        return setback(.badAnswer, "\(origin) does not answer in HTTP, or with headers longer than any are")
    case let error as IOError: return setback(.unreachable, "the connection broke: \(words(of: error))", mayPass: true)
    case let error as ChannelError:
        if case .connectTimeout = error {
            return setback(.unreachable, "nobody answers at \(origin)", mayPass: isAlive)
        }
        return setback(.unreachable, "the connection broke", mayPass: true)
    case is CancellationError: return setback(.unreachable, "it was given up")
    default:
        return "\(error)".contains("ConnectTimeout")
            ? setback(.unreachable, "nobody answers at \(origin)", mayPass: isAlive)
            : setback(.unreachable, "the connection broke: \(error)", mayPass: true)
    }
}

private func clientSetback(
    _ error: HTTPClientError, _ origin: String, _ patience: Double, _ isAlive: Bool,
    _ setback: (FetchFailure.Code, String, Bool) -> Setback
) -> Setback {
    switch error {
    case .readTimeout, .writeTimeout, .deadlineExceeded:
        setback(.slow, "nothing came or went for \(Int(patience.rounded(.up))) s", true)
    case .connectTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout, .getConnectionFromPoolTimeout:
        setback(.unreachable, "nobody answers at \(origin)", isAlive)
    case .tlsHandshakeTimeout: setback(.slow, "\(origin) does not answer in TLS", isAlive)
    case .proxyAuthenticationRequired: setback(.unauthorized, "the proxy wants another name and password", false)
    case .invalidProxyResponse: setback(.unreachable, "the proxy does not let us through to \(origin)", isAlive)
    case .remoteConnectionClosed, .requestStreamCancelled, .writeAfterRequestSent:
        setback(.unreachable, "the connection broke", true)
    case .cancelled: setback(.unreachable, "it was given up", false)
    default: setback(.badAnswer, error.shortDescription, false)
    }
}

private func tlsSetback(
    _ text: String, _ origin: String, _ isAlive: Bool, _ setback: (FetchFailure.Code, String, Bool) -> Setback
) -> Setback {
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
        return setback(
            .untrusted,
            "the certificate of \(origin) is signed by nobody who is believed: give its authority's certificate, "
                + "or call the registry insecure",
            false)
    }
    if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") || text.contains("INVALID_HEADER") {
        return setback(.untrusted, "\(origin) does not speak TLS: call the registry insecure to use http", false)
    }
    if text.contains("CERTIFICATE_REQUIRED") || text.contains("ALERT_HANDSHAKE") || text.contains("ALERT_BAD_CERT") {
        // It speaks TLS, and is believed: it is we who are not known.
        return setback(.unauthorized, "\(origin) wants to see a client's certificate, or another one", false)
    }
    if text.contains("uncleanShutdown") || text.contains("UNEXPECTED_EOF") || text.contains("noSuchFile") {
        return setback(.unreachable, "the connection broke", true)
    }
    return setback(.untrusted, "TLS with \(origin) failed: \(text)", false)
}

/// `connection refused`, as the C library says it.
private func words(of error: any Error) -> String {
    (error as? IOError).map { "\(Errno(rawValue: $0.errnoCode))" } ?? "\(error)"
}
