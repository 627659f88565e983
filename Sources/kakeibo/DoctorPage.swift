import Evaluators
import TextFormats

/// A lake's health as a person reads it: the sources, then what was found, the worst first.
enum DoctorPage {
  static func lines(_ health: LakeHealth, width: Int) -> [String] {
    var lines: [String] = []
    if !health.sources.isEmpty {
      let names = min(
        48, health.sources.map { TerminalText.width(name($0)) }.max() ?? 0)
      lines.append(
        Page.left("source", names) + "  " + Page.left("delivered", 18)
          + Page.left("data through", 18) + Page.left("next expected", 18) + "missing")
      for source in health.sources {
        lines.append(
          Page.left(name(source), names) + "  "
            + Page.left(source.lastDelivery.map(HealthText.time) ?? "never", 18)
            + Page.left(source.dataThrough.map(HealthText.time) ?? "–", 18)
            + Page.left(source.nextExpected.map(HealthText.time) ?? "–", 18) + missing(source))
      }
      lines.append("")
    }
    for finding in health.toldFindings {
      let text = (finding.place.isEmpty ? "" : "\(finding.place): ") + finding.message
      lines += marked(finding.severity.rawValue, 9, text, width)
      lines += marked("       →", 9, finding.nextStep, width)
    }
    if health.findings.isEmpty { lines.append("nothing is late, missing or rejected") }
    return lines.map(TerminalText.escaped)
  }

  /// A text beside a mark, its further lines below it.
  private static func marked(_ mark: String, _ indent: Int, _ text: String, _ width: Int)
    -> [String]
  {
    var lines = Page.wrapped(text, width: width, indent: indent)
    lines[0] = Page.left(mark, indent) + lines[0]
    return lines
  }

  private static func name(_ source: SourceHealth) -> String {
    HealthText.place(source.table, source.source)
  }

  private static func missing(_ source: SourceHealth) -> String {
    guard source.missing > 0, let granularity = source.granularity else {
      return source.granularity == nil ? "–" : "none"
    }
    let unit =
      switch granularity {
      case .hourly: "hour"
      case .daily: "day"
      case .monthly: "month"
      }
    return "\(FigureText.count(source.missing)) \(unit)\(source.missing == 1 ? "" : "s")"
  }
}
