package import Reports
package import Warehouse

/// Loads report files into a lake.
package struct Ingest {
  package struct Options: Sendable {
    /// The table to load into instead of the report's own.
    package var table: String?
    /// The kind of report, instead of recognising it.
    package var report: String?
    /// Rows per delivery that may be wrong before it is refused.
    package var maxBadRows = 0
    /// Called now and then from the ingesting thread.
    package var progress: @Sendable (IngestProgress) -> Void = { _ in }
    /// Microseconds since the epoch: when this run is.
    package var now: Int64

    package init(now: Int64) { self.now = now }
  }

  package init(_ warehouse: Warehouse, _ catalog: ReportCatalog, _ options: Options) {}

  /// Finds, recognises and loads what is at the paths: files, folders, globs.
  ///
  /// A delivery that fails does not keep others from being loaded; the summary tells.
  ///
  /// - Throws: `FileError` when a path is not there; `IngestError` when nothing was recognised.
  package func run(_ paths: [String]) throws -> IngestSummary { preconditionFailure("sketch") }
}

/// How far an ingest is.
package struct IngestProgress: Sendable {
  /// The delivery being loaded, in a few words.
  package let delivery: String
  package let rows: Int
  package let bytesRead: Int
  package let bytesTotal: Int
}

extension ReportCatalog {
  /// The embedded kinds and those in a directory of JSON files, which win over embedded ones.
  package static func standard(adding directory: String?) throws -> ReportCatalog {
    preconditionFailure("sketch")
  }

  /// The views whose text depends on the lake's tables: `costs`.
  package var generatedViews: [String: @Sendable ([TableSummary]) throws -> String] {
    preconditionFailure("sketch")
  }
}
