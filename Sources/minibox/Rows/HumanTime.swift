// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

/// How long something took or is ago, as docker says it: `3 seconds`, `About a minute`, `2 weeks`.
func humanDuration(seconds: Int64) -> String {
    let minutes = seconds / 60
    // Rounded, where minutes are cut.
    let hours = (seconds + 1800) / 3600
    switch seconds {
    case ..<1: return "Less than a second"
    case 1: return "1 second"
    case ..<60: return "\(seconds) seconds"
    default: break
    }
    if minutes == 1 { return "About a minute" }
    if minutes < 60 { return "\(minutes) minutes" }
    if hours == 1 { return "About an hour" }
    if hours < 48 { return "\(hours) hours" }
    if hours < 24 * 7 * 2 { return "\(hours / 24) days" }
    if hours < 24 * 30 * 2 { return "\(hours / 24 / 7) weeks" }
    if hours < 24 * 365 * 2 { return "\(hours / 24 / 30) months" }
    return "\(seconds / 3600 / 24 / 365) years"
}

/// How long ago a moment of RFC 3339 is; nil where the text is none.
func humanAge(of text: String, now: FileTime) -> String? {
    guard let time = MomentArgument.date(text) else { return nil }
    return humanDuration(seconds: max(0, now.seconds - time.seconds))
}

/// A moment of RFC 3339 as docker's lists show it: `2026-11-21 10:02:03 +0000 UTC`.
func listedTime(_ text: String) -> String {
    guard text.utf8.count >= 19 else { return text }
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + " +0000 UTC"
}
