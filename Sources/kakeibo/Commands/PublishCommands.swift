import Evaluators
import Dashboards
import Reports

/// `series`, `dashboard`, `metrics`: publish alone, from what the lake holds.
enum PublishCommands {
  static let series = Command(options: ["out": .value]) { session, arguments in
    let publication = try publication(session)
    let paths = try publication.writeSeries(
      try publication.series(), to: try out(arguments, "series"))
    session.terminal.note("wrote \(paths.count) files")
    return .done
  }

  static let dashboard = Command(options: ["out": .value]) { session, arguments in
    let publication = try publication(session)
    try publication.writePage(try publication.series(), to: try out(arguments, "dashboard"))
    return .done
  }

  static let metrics = Command(options: ["out": .value]) { session, arguments in
    try publication(session).writeMetrics(to: try out(arguments, "metrics"))
    return .done
  }

  private static func publication(_ session: Session) throws -> Publication {
    let warehouse = try session.warehouse()
    try session.noteEmptyLake(warehouse)
    return Publication(
      warehouse, series: try warehouse.hasCosts() ? session.queries[.series] : [],
      asOf: session.now)
  }

  private static func out(_ arguments: Arguments, _ command: String) throws(UsageError) -> String {
    guard let path = arguments.value("out") else {
      throw UsageError("expected --out PATH", command: command)
    }
    return path
  }
}
