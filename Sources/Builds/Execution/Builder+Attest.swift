// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

extension Builder {
    /// What `--sbom` and `--provenance` want said of the image, once its layers are in the store.
    func attestations(
        of image: Image, _ scheduler: StepScheduler, _ place: BuildPlace, _ loaded: LoadedBuild,
        _ resolver: StoreResolver
    ) throws(BuildError) -> [Attestation] {
        var result: [Attestation] = []
        if request.sbom {
            let bill = try BillOfMaterials(of: image, epoch: place.epoch)
            for note in bill.inventory.notes { show(.warning("the list of packages is not complete: \(note)")) }
            result.append(
                Attestation(predicateType: Attestation.spdxType, predicate: bill.spdx, fileName: "sbom.spdx.json"))
        }
        let provenance = provenance(scheduler, place, loaded, resolver)
        if let attestation = provenance.attestation(request.provenance) { result.append(attestation) }
        return result
    }

    private func provenance(
        _ scheduler: StepScheduler, _ place: BuildPlace, _ loaded: LoadedBuild, _ resolver: StoreResolver
    ) -> Provenance {
        let finished = Clock.wall
        let digits = Randomness.bytes(16).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        var result = Provenance(
            dockerfilePath: loaded.dockerfile.source.name, started: finished.before(place.clock), finished: finished,
            invocationID: digits.joined())
        switch request.context {
        case .git(let address), .url(let address): result.sourceURI = address
        case .directory, .standardInput, .image, .layout, .stage: break
        }
        result.details.target = request.target
        result.details.arguments = request.arguments
        result.details.labels = request.labels
        result.details.secrets = request.secrets.map(\.id)
        result.details.agents = request.agents.map(\.id)
        result.details.dockerfile = loaded.bytes
        result.details.steps = scheduler.plan.steps.map { step in
            Provenance.Step(
                stage: step.stage, text: step.text, line: step.range?.start.line,
                layer: scheduler.trees[.step(step.id)]?.layers.last.flatMap { scheduler.diffID(of: $0) })
        }
        result.dependencies = resolver.images.values.compactMap { image in
            image.reference.map { .image($0, image.configuration.platform, manifest: image.manifestDigest) }
        }
        return result
    }
}

extension FileTime {
    /// That much earlier.
    fileprivate func before(_ clock: BuildClock) -> FileTime {
        let nanoseconds = nanoseconds - clock.microseconds % 1_000_000 * 1000
        return FileTime(
            seconds: seconds - clock.microseconds / 1_000_000 - (nanoseconds < 0 ? 1 : 0),
            nanoseconds: nanoseconds < 0 ? nanoseconds + 1_000_000_000 : nanoseconds)
    }
}
