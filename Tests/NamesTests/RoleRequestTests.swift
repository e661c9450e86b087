// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Names

@Suite struct RoleRequestTests {
    private func read(_ text: String) -> RoleRequest { RoleRequest(Array(text.utf8)) }

    @Test func readsWhatProgramsSend() {
        #expect(
            read("GET /v2/credentials/0a HTTP/1.1\r\nHost: 169.254.170.2\r\nAccept:*/*\r\nX:\t a b \r\n\r\n")
                == .asks(path: "/v2/credentials/0a"))
        #expect(read("GET / HTTP/1.0\r\n\r\n") == .asks(path: "/"))
        #expect(read("GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\nmore") == .asks(path: "/"))
        for method in ["POST", "HEAD", "get", "PUT"] {
            #expect(read("\(method) / HTTP/1.1\r\n\r\n") == .refused(.notAllowed))
        }
    }

    @Test func waitsForTheEnd() {
        let whole = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
        for count in 0..<whole.utf8.count { #expect(RoleRequest(Array(whole.utf8.prefix(count))) == .unfinished) }
        #expect(read(String(repeating: "a", count: RoleRequest.mostBytes - 1)) == .unfinished)
        #expect(read(String(repeating: "a", count: RoleRequest.mostBytes)) == .refused(.tooLarge))
        let long = "GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: RoleRequest.mostBytes) + "\r\n\r\n"
        #expect(read(long) == .refused(.tooLarge))
    }

    @Test(arguments: [
        "\r\n\r\n", "\n", "GET /\r\n\r\n", "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\r\nA: b\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n", "GET http://a/ HTTP/1.1\r\n\r\n", "GET /a\tb HTTP/1.1\r\n\r\n", " / HTTP/1.1\r\n\r\n",
        "G(T / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n", "GET /\u{0} HTTP/1.1\r\n\r\n", "GET /é HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nA\r\n\r\n", "GET / HTTP/1.1\r\n: b\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\n folded: b\r\n\r\n", "GET / HTTP/1.1\r\nA: \rb\r\n\r\n",
        "GET / HTTP/1.1\r\ncontent-LENGTH: 1\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: 0, 0\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ]) func refusesWhatCanBeReadInTwoWays(_ text: String) {
        #expect(read(text) == .refused(.malformed))
    }

    @Test func answersWithALengthAndTheEnd() {
        let text = String(decoding: RoleAnswer.document(Array("{}".utf8)).bytes, as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\n{}"))
        #expect(text.contains("\r\nContent-Length: 2\r\n") && text.contains("\r\nConnection: close\r\n"))
        #expect(String(decoding: RoleAnswer.notAllowed.bytes, as: UTF8.self).contains("\r\nAllow: GET\r\n"))
    }
}
