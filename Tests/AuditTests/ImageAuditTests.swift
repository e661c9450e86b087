// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Audit

@Suite struct ImageAuditTests {
    private static let good: ImageSubject = {
        var image = ImageSubject(name: "x@sha256:0")
        image.isPinned = true
        image.user = "app:app"
        image.environment = ["PATH=/bin", "KEYBOARD=de"]
        image.history = ["RUN make TOKEN=$TOKEN", "ADD --checksum=sha256:0 https://example.org/x /x", "COPY a b"]
        image.hasHealthcheck = true
        return image
    }()

    private func open(_ change: (inout ImageSubject) -> Void) -> [String] {
        var image = Self.good
        change(&image)
        return AuditReport(of: image).rows.filter(\.isOpen).map(\.check.id)
    }

    @Test func eachCheckFindsItsOwn() {
        #expect(open { _ in } == [])
        for user in ["", "0", "root", "root:app", "0:5"] { #expect(open { $0.user = user } == ["I01"], "\(user)") }
        #expect(open { $0.environment.append("DB_PASSWORD=x") } == ["I02"])
        #expect(open { $0.history.append("RUN curl -H 'API_KEY=abc' x") } == ["I03"])
        #expect(open { $0.history.append("RUN x AKIAABCDEFGHIJKLMNOP") } == ["I03"])
        #expect(open { $0.secretFiles = ["/root/.ssh/id_rsa"] } == ["I04"])
        #expect(open { $0.setIDFiles = ["/bin/su"] } == ["I05"])
        #expect(open { $0.capableFiles = ["/bin/ping"] } == ["I06"])
        #expect(open { $0.servers = ["/usr/sbin/sshd"] } == ["I07"])
        #expect(open { $0.isPinned = false } == ["I08"])
        #expect(open { $0.history.append("ADD https://example.org/x /x") } == ["I09"])
        #expect(open { $0.hasHealthcheck = false } == ["I10"])
    }

    @Test func aSecretIsNotRepeated() {
        var image = Self.good
        image.environment = ["API_TOKEN=do-not-show"]
        let report = AuditReport(of: image)
        #expect(!report.text(isWhole: true).contains("do-not-show") && report.worst == .high)
        let sarif = AuditReport.sarif([report], version: "1")
        #expect(sarif["runs"]?[0]?["results"]?[0]?["ruleId"] == "I02")
        #expect(AuditReport.explanation(of: "i04")?.hasPrefix("I04  secrets, high") == true)
    }
}
