// SPDX-License-Identifier: Apache-2.0
import OCI
import Registry
import Testing

@Suite struct AnswerTests {
    @Test(arguments: [
        (#"</v2/a/tags/list?last=x&n=2>; rel="next""#, "/v2/a/tags/list?last=x&n=2"), ("<a>; rel=next", "a"),
        (#"<a>; rel="prev", <b>; rel="first next""#, "b"), (#"<a>; title="x, <y>; rel=next", <b>; rel=next"#, "b"),
        ("<a>; rel=prev", nil), ("<a", nil), ("", nil), ("a; rel=next", nil), ("<>; rel=next", ""),
    ])
    func theNextPageIsFound(_ header: String, _ next: String?) { #expect(LinkHeader.next(in: header) == next) }

    @Test(arguments: [
        ("bytes 5-9/10", ContentRange?.some(ContentRange("bytes 5-9/10")!), true), ("bytes 5-9/*", nil, true),
        ("bytes 9-5/10", nil, false),
        ("bytes 5-10/10", nil, false), ("bytes */10", nil, false), ("5-9/10", nil, false),
        ("bytes -1-9/10", nil, false),
        ("bytes 0-9223372036854775807/*", nil, false), ("", nil, false), ("bytes +1-2/3", nil, false),
    ])
    func aRangeIsRead(_ header: String, _ expected: ContentRange?, _ isOne: Bool) {
        #expect((ContentRange(header) != nil) == isOne)
        if let expected { #expect((expected.first, expected.last, expected.total) == (5, 9, 10)) }
    }

    @Test(arguments: [("0-1023", Int64?(1024)), ("bytes=0-9", 10), ("0-0", 0), ("5-9", nil), ("x", nil), ("0--1", nil)])
    func whatAnUploadHasIsRead(_ header: String, _ count: Int64?) { #expect(ContentRange.received(header) == count) }

    @Test func theWordsOfARegistryAreTold() {
        let document = ErrorDocument(
            Array(
                #"{"errors":[{"code":"DENIED","message":"not \u001b[31myours","detail":{}},{"code":"UNSUPPORTED"}]}"#
                    .utf8))
        #expect(document.codes == ["DENIED", "UNSUPPORTED"])
        #expect(document.words == "not ?[31myours; UNSUPPORTED")
        #expect(
            ErrorDocument(Array(#"{"details":"incorrect username or password"}"#.utf8)).words
                == "incorrect username or password")
        #expect(ErrorDocument(Array("<html>".utf8)).words.isEmpty)
        #expect(ErrorDocument([]).words.isEmpty)
    }

    @Test(arguments: [
        (401, FetchFailure.Code.unauthorized, false), (403, .denied, false), (404, .missing, false),
        (405, .unsupported, false),
        (429, .tooMany, true), (500, .unreachable, true), (503, .unreachable, true), (507, .unreachable, false),
        (400, .refused, false),
        (413, .refused, false), (302, .badAnswer, false), (204, .badAnswer, false),
    ])
    func aStatusMeans(_ status: Int, _ code: FetchFailure.Code, _ mayPass: Bool) {
        let setback = Setback(status: status, ErrorDocument([]), to: "GET x", retryAfter: "7")
        #expect((setback.failure.code, setback.mayPass, setback.after) == (code, mayPass, 7))
        #expect(setback.failure.status == status)
    }

    @Test func tagsOfAllPagesAreTold() throws {
        var list = TagList()
        try list.add(page: Array(#"{"name":"a","tags":["1","latest"]}"#.utf8))
        try list.add(page: Array(#"{"tags":null}"#.utf8))
        try list.add(page: Array(#"{"tags":["z"]}"#.utf8))
        #expect(String(decoding: list.lines, as: UTF8.self) == "1\nlatest\nz\n")
        for bad in [#"{"tags":["a\nb"]}"#, #"{"tags":[1]}"#, #"{"tags":[""]}"#, "[]", "x", #"{"tags":["-a"]}"#] {
            #expect(throws: FetchFailure.self, "\(bad)") { try list.add(page: Array(bad.utf8)) }
        }
    }

    @Test func referrersAreFiltered() throws {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        func descriptor(_ type: String) -> String {
            #"{"mediaType":"m","digest":"\#(digest)","size":1,"artifactType":"\#(type)","annotations":{"k":"v"}}"#
        }
        var index = ReferrersIndex()
        try index.add(page: Array(#"{"manifests":[\#(descriptor("a")),\#(descriptor("b"))]}"#.utf8), artifactType: "b")
        let json = try JSON(parsing: index.bytes)
        #expect(json["manifests"]?.array?.map { $0["artifactType"]?.string } == ["b"])
        #expect(json["manifests"]?[0]?["annotations"]?["k"]?.string == "v")
        #expect(throws: FetchFailure.self) {
            try index.add(page: Array(#"{"manifests":[{"size":1}]}"#.utf8), artifactType: nil)
        }
    }
}
