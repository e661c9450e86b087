// SPDX-License-Identifier: Apache-2.0
public import OCI

/// Which manifest of an index is meant for a machine.
public enum PlatformChoice {
    /// The one of `manifests` that fits `platform` best; nil where none does.
    ///
    /// A machine also takes what an older one of its kind takes (`arm/v6` on `arm/v7`). With `isAsked`, that is all;
    /// otherwise also what its processor runs beside its own kind: 386 on amd64, arm on arm64. What says nothing of a
    /// platform comes last. What says something about an image (BuildKit's attestations) is none.
    public static func choose(
        among manifests: [ContentDescriptor], for platform: Platform, isAsked: Bool = false
    ) -> ContentDescriptor? {
        let images = images(among: manifests)
        for candidate in candidates(for: platform, isAsked: isAsked) {
            if let found = images.first(where: { $0.platform.map(PlatformName.normalized) == candidate }) {
                return found
            }
        }
        // Variants of its architecture that nobody has heard of, as amd64/v1.
        return images.first { manifest in
            manifest.platform == nil
                || manifest.platform?.os == platform.os && platform.variant == nil
                    && manifest.platform?.architecture == platform.architecture && manifest.platform?.variant == nil
        }
    }

    /// Those that are images.
    public static func images(among manifests: [ContentDescriptor]) -> [ContentDescriptor] {
        manifests.filter { manifest in
            manifest.annotations["vnd.docker.reference.type"] == nil && manifest.platform?.os != "unknown"
        }
    }

    /// The platforms, best first.
    static func candidates(for platform: Platform, isAsked: Bool) -> [Platform] {
        let own = PlatformName.normalized(platform)
        func arm(from newest: Int) -> [Platform] {
            (5...max(5, min(8, newest))).reversed().map {
                Platform(os: own.os, architecture: "arm", variant: "v\($0)")
            }
        }
        var result = [own]
        switch own.architecture {
        case "arm":
            let newest = own.variant.flatMap { Int($0.dropFirst()) } ?? 7
            result += arm(from: newest).filter { $0 != own }
        case "arm64":
            if own.variant != nil { result.append(Platform(os: own.os, architecture: "arm64")) }
            if !isAsked { result += arm(from: 8) }
        case "amd64":
            if own.variant != nil { result.append(Platform(os: own.os, architecture: "amd64")) }
            if !isAsked { result.append(Platform(os: own.os, architecture: "386")) }
        default: break
        }
        return result
    }
}
