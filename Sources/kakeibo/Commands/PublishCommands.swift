import Evaluators
import Dashboards
import Reports

/// `series`, `dashboard`, `metrics`: publish alone, from what the lake holds.
enum PublishCommands {
  static let series = Command(options: ["out": .value]) { session, arguments in
    let directory = try out(arguments, "series")
    let publication = try publication(session)
    let paths = try publication.writeSeries(try publication.series(), to: directory)
    session.terminal.note("wrote \(paths.count) files")
    return .done
  }

  static let dashboard = Command(options: ["out": .value]) { session, arguments in
    let path = try out(arguments, "dashboard")
    let publication = try publication(session)
    try publication.writePage(try publication.series(), to: path)
    return .done
  }

  static let metrics = Command(options: ["out": .value]) { session, arguments in
    let path = try out(arguments, "metrics")
    try publication(session).writeMetrics(to: path)
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
