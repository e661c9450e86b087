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
        for step in [
            "RUN apt-get update", "RUN /bin/sh -c apt-get update", "RUN apk update", "RUN [\"yum\", \"update\"]",
        ] {
            #expect(open { $0.history.append(step) } == ["I11"], "\(step)")
        }
        for step in [
            "RUN apt-get update && apt-get install -y x", "RUN apk add --update x", "RUN yum -y update",
            "RUN git update",
        ] {
            #expect(open { $0.history.append(step) } == [], "\(step)")
        }
    }

    private func view(_ naming: ImageView.Naming, _ layers: ImageView.Layers) -> ImageView {
        ImageView(name: "x:1", naming: naming, layers: layers, contents: Self.good)
    }

    @Test func whatItsNameAndItsLayersAre() {
        #expect(
            view(.same, .whole(2)).verdict(of: "A63") == .stands("layers: 2, each of its digest; x:1 is still its name")
        )
        #expect(
            view(.pinned, .damaged("sha256:a")).verdict(of: "A63")
                == .open("the layer sha256:a has other contents in the store"))
        for layers in [ImageView.Layers.unread, .whole(1), .unproven("sha256:a")] {
            #expect(
                view(.another("sha256:b"), layers).verdict(of: "A63") == .open("x:1 is another image by now, sha256:b"))
        }
        for layers in [ImageView.Layers.unread, .unproven("sha256:a")] {
            guard case .untold = view(.nobodys, layers).verdict(of: "A63") else {
                Issue.record("\(layers) is told")
                continue
            }
        }
        #expect(view(.same, .unread).verdict(of: "A65") == nil)
    }

    @Test func whatIsInIt() {
        var view = view(.same, .unread)
        #expect(view.verdict(of: "A64") == .stands("nothing in its configuration, its history and its layers"))
        view.contents.user = ""
        view.contents.hasHealthcheck = false
        #expect(view.verdict(of: "A64") == .stands("nothing in its configuration, its history and its layers"))
        view.contents.secretFiles = ["/root/.ssh/id_rsa"]
        view.contents.history.append("ADD https://example.org/x /x")
        #expect(
            view.verdict(of: "A64")
                == .open(
                    "I04 not: no layer holds a key or credentials (/root/.ssh/id_rsa); "
                        + "I09 not: holds nothing that was fetched unseen (ADD https://example.org/x /x)"))
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
