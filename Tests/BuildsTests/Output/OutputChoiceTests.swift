// SPDX-License-Identifier: Apache-2.0
import Builds
import Engine
import OCI
import Testing

@Suite struct OutputChoiceTests {
    @Test(
        arguments: [
            ("out", OutputChoice.local(path: "out", deletesOthers: false, .init())),
            ("-", .tar(.standardOutput, .init())),
            ("type=local,dest=out", .local(path: "out", deletesOthers: false, .init())),
            (
                "type=local,dest=out,mode=delete,platform-split=true,attestation-prefix=app.",
                .local(path: "out", deletesOthers: true, .init(splitsPlatforms: true, attestationPrefix: "app."))
            ),
            ("type=tar", .tar(.standardOutput, .init())),
            ("type=tar,dest=-", .tar(.standardOutput, .init())),
            ("TYPE=tar,destination=a.tar", .tar(.path("a.tar"), .init())),
            (#"type=tar,"dest=a,b.tar""#, .tar(.path("a,b.tar"), .init())),
            ("type=oci,dest=a.tar", .oci(.archive(.path("a.tar")), names: [], .init())),
            ("type=oci", .oci(.archive(.standardOutput), names: [], .init())),
            ("type=oci,tar=false,dest=dir", .oci(.directory("dir"), names: [], .init())),
            (
                "type=oci,dest=a,compression=zstd,compression-level=19,force-compression=true",
                .oci(
                    .archive(.path("a")), names: [],
                    .init(compression: LayerCompression(.zstd, level: 19, isForced: true)))
            ),
            ("type=docker,dest=a.tar", .docker(.path("a.tar"), names: [], .init())),
            (
                "type=docker,compression=gzip",
                .docker(.standardOutput, names: [], .init(compression: LayerCompression(.gzip)))
            ),
            ("type=image", .image(names: [], .init())),
            ("type=image,push=false,store=true,unpack=1,oci-mediatypes=true", .image(names: [], .init())),
            ("type=image,rewrite-timestamp=true", .image(names: [], .init(rewritesTimes: true))),
            ("type=cacheonly", OutputChoice.none),
        ])
    func `an output is read`(_ text: String, _ choice: OutputChoice) throws {
        #expect(try OutputChoice(parsing: text) == choice)
    }

    @Test func `names are read as a list in quotes`() throws {
        let names = [try ImageReference("a:1"), try ImageReference("localhost:5000/b")]
        #expect(
            try OutputChoice(parsing: #"type=image,"name=a:1,localhost:5000/b""#) == .image(names: names, .init()))
    }

    @Test func `annotations keep their keys and say which document they are for`() throws {
        let text =
            "type=oci,dest=a,annotation.org.Example=1,annotation-index.k=2,annotation-manifest-descriptor.k=3"
            + ",annotation-index-descriptor.a.b=4=5"
        #expect(
            try OutputChoice(parsing: text)
                == .oci(
                    .archive(.path("a")), names: [],
                    .init(annotations: [
                        ImageAnnotation(key: "org.Example", value: "1"),
                        ImageAnnotation(.index, key: "k", value: "2"),
                        ImageAnnotation(.manifestDescriptor, key: "k", value: "3"),
                        ImageAnnotation(.indexDescriptor, key: "a.b", value: "4=5"),
                    ])))
    }

    @Test(
        arguments: [
            ("", "type=TYPE"),
            ("dest=x", "has no type"),
            ("type=dcoker", "did you mean docker?"),
            ("type=registry,name=x", "--push"),
            ("type=image,push=true", "--push"),
            ("type=image,psuh=true", "did you mean push?"),
            ("type=local", "write dest=DIRECTORY"),
            ("type=local,dest=-", "write dest=DIRECTORY"),
            ("type=local,dest=x,mode=move", "write mode=copy or mode=delete"),
            ("type=local,dest=x,compression=gzip", "type=local does not know"),
            ("type=local,dest=x,attestation-prefix=a/b", "slash"),
            ("type=oci,tar=false", "write dest=DIRECTORY"),
            ("type=oci,dest=", "write dest=VALUE"),
            ("type=oci,dset=x", "did you mean dest?"),
            ("type=oci,dest=x,dest=y", "twice"),
            ("type=oci,dest", "write KEY=VALUE"),
            ("type=oci,compression=gzp", "did you mean gzip?"),
            ("type=oci,compression=estargz", "write one of uncompressed, gzip, zstd"),
            ("type=oci,compression=gzip,compression-level=10", "gzip has 0 to 9"),
            ("type=oci,compression=zstd,compression-level=x", "zstd has 1 to 22"),
            ("type=oci,compression=uncompressed,compression-level=1", "leave compression-level out"),
            ("type=oci,force-compression=true", "but not to what"),
            ("type=oci,tar=maybe", "write true or false"),
            ("type=oci,oci-mediatypes=false", "only OCI's media types"),
            ("type=oci,name=UPPER", "lower case"),
            ("type=oci,annotation.=x", "write annotation.KEY=VALUE"),
            ("type=oci,annotation-indx.k=x", "did you mean annotation-index.k?"),
            ("type=oci,annotation[linux/amd64].k=x", "without [PLATFORM]"),
            ("type=docker,tar=false", "type=oci,tar=false"),
            ("type=image,compression=gzip", "type=oci,dest=PATH"),
            ("type=image,annotation-index.k=v", "only those of its manifest"),
            (#"type=oci,"dest=x"#, "quote"),
        ])
    func `what is wrong is said with a way out`(_ text: String, _ words: String) {
        let error = #expect(throws: SyntaxError.self) { try OutputChoice(parsing: text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
