// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// How to find out whether a container is well: `--health-*`, or the image's HEALTHCHECK. What is nil was not said.
public struct HealthCheck: Hashable, Sendable {
    /// Whether the image's is not to be used: `--no-healthcheck`.
    public var isOff = false
    /// `CMD` and words, or `CMD-SHELL` and a text.
    public var test: [String] = []
    public var interval: DurationValue?
    public var timeout: DurationValue?
    public var startPeriod: DurationValue?
    public var startInterval: DurationValue?
    public var retries: Int?

    public init() {}

    /// Nobody asks.
    public static var off: HealthCheck {
        var check = HealthCheck()
        check.isOff = true
        return check
    }

    /// Takes from the image's what the command line does not say.
    mutating func fill(from image: ImageConfiguration.Healthcheck?) {
        guard !isOff, let image, image.test.first != "NONE" else { return }
        if test.isEmpty { test = image.test }
        interval = interval ?? Self.duration(image.interval)
        timeout = timeout ?? Self.duration(image.timeout)
        startPeriod = startPeriod ?? Self.duration(image.startPeriod)
        startInterval = startInterval ?? Self.duration(image.startInterval)
        if retries == nil, image.retries > 0 { retries = image.retries }
    }

    private static func duration(_ nanoseconds: Int64) -> DurationValue? {
        nanoseconds > 0 ? DurationValue(nanoseconds: nanoseconds) : nil
    }

    /// The words to run in the container; nil where there is nothing to find out.
    func words(shell: [String]) -> [String]? {
        guard !isOff, test.count > 1 else { return nil }
        switch test[0] {
        case "CMD": return Array(test.dropFirst())
        case "CMD-SHELL": return (shell.isEmpty ? ["/bin/sh", "-c"] : shell) + [test[1]]
        default: return nil
        }
    }
}

extension HealthCheck: RequestFormed {
    mutating func exchange(with form: inout RequestForm) throws(RequestFormatError) {
        try form.flag("Off", &isOff)
        try form.texts("Test", &test)
        try form.word("Interval", &interval, DurationValue.init(parsing:))
        try form.word("Timeout", &timeout, DurationValue.init(parsing:))
        try form.word("StartPeriod", &startPeriod, DurationValue.init(parsing:))
        try form.word("StartInterval", &startInterval, DurationValue.init(parsing:))
        try form.number("Retries", &retries)
    }
}
