// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import Testing

/// Our reader against Foundation's, on documents as the specifications have them and on damaged ones.
@Suite struct JSONComparisonTests {
    static let documents = [
        #"{"ociVersion":"1.2.0","process":{"terminal":false,"user":{"uid":0,"gid":0,"additionalGids":[5,6]},"args":["sh","-c","echo \"hi\"\n"],"env":["PATH=/bin"],"cwd":"/","rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":1024}]},"linux":{"resources":{"devices":[{"allow":false,"access":"rwm"}]},"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}]}}"#,
        #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"digest":"sha256:e3b0","size":7},"layers":[],"annotations":{"é\u00e9":"\ud83d\ude00"}}"#,
        #"[1,-2,3.25,1e2,-0.5E-3,0,true,false,null,"",{},[],"\b\f\n\r\t\/\\\""]"#,
    ]

    /// Whether Foundation's value is the same as ours.
    private func same(_ ours: JSON, _ theirs: Any) -> Bool {
        switch ours {
        case .null: theirs is NSNull
        case .bool(let value): (theirs as? Bool) == value
        case .integer(let value): (theirs as? NSNumber)?.int64Value == value
        case .unsigned(let value): (theirs as? NSNumber)?.uint64Value == value
        // Foundation keeps long fractions as decimals, whose way back to a double may be off in the last place.
        case .number(let value): abs(((theirs as? NSNumber)?.doubleValue ?? .nan) - value) <= value.ulp * 4
        case .string(let value): (theirs as? String) == value
        case .array(let elements):
            if let list = theirs as? [Any] {
                list.count == elements.count && zip(elements, list).allSatisfy { same($0, $1) }
            } else {
                false
            }
        case .object(let members):
            if let table = theirs as? [String: Any] {
                members.count == table.count && members.allSatisfy { same($0.value, table[$0.key] ?? 0) }
            } else {
                false
            }
        }
    }

    @Test(arguments: documents) func readsAsFoundationDoes(_ document: String) throws {
        let theirs = try JSONSerialization.jsonObject(with: Data(document.utf8), options: .fragmentsAllowed)
        let ours = try JSON(parsing: document)
        #expect(same(ours, theirs))
        let written = try JSONSerialization.jsonObject(with: Data(ours.bytes(pretty: true)))
        #expect(same(ours, written))
    }

    /// A generator that gives the same damage each time.
    struct Damage: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    @Test func agreesWithFoundationOnDamagedDocuments() throws {
        var random = Damage(state: 42)
        let alphabet = Array("{}[]\":,\\u0eE+-.tfn 1 \n\u{1}\u{E9}d8".utf8)
        var valid = 0
        for round in 0..<20_000 {
            var bytes = Array(Self.documents[round % Self.documents.count].utf8)
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes[place] = alphabet.randomElement(using: &random) ?? 0
                default: bytes[place] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let ours = try? JSON(parsing: bytes)
            guard let ours, let theirs else {
                // Foundation lets some bytes pass that RFC 8259 forbids; ours must never pass what it refuses.
                #expect(ours == nil, "\(String(decoding: bytes, as: UTF8.self))")
                continue
            }
            valid += 1
            #expect(same(ours, theirs), "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(valid > 1000)
    }

    @Test func readsWithoutCrashingOnNoise() {
        var random = Damage(state: 7)
        for _ in 0..<20_000 {
            let noise = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if let json = try? JSON(parsing: noise) { #expect((try? JSON(parsing: json.bytes())) != nil) }
        }
    }
}
