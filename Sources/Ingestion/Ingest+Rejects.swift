import Columns
import Warehouse

/// What of a delivery is kept beside the tables.
extension Ingest {
  /// Writes rejected rows beside the tables, where there is a place for them.
  func keep(
    _ rejects: [RejectedRecord], of delivery: Delivery, _ summary: inout DeliverySummary
  ) {
    let lake = warehouse.configuration.lake
    guard !rejects.isEmpty, lake != ":memory:" else { return }
    do {
      let path = try RejectedRecord.write(
        rejects, lake: lake, run: runName, name: fileName(delivery))
      summary.notes.append("rejected rows are in '\(path)'")
    } catch {
      summary.notes.append("rejected rows could not be kept: \(error)")
    }
  }

  /// Writes words that became NULL beside the tables, so that nothing of the report is lost.
  func keep(
    _ values: ReplacedValues, of delivery: Delivery, _ summary: inout DeliverySummary
  ) {
    let lake = warehouse.configuration.lake
    guard values.count > 0, lake != ":memory:" else { return }
    do {
      summary.notes.append(try values.write(lake: lake, run: runName, name: fileName(delivery)))
    } catch {
      summary.notes.append("values that became NULL could not be kept: \(error)")
    }
  }

  /// What a delivery's files beside the tables are called.
  private func fileName(_ delivery: Delivery) -> String {
    String(delivery.application.map { $0 == "/" || $0 == ":" ? "-" : $0 })
  }

  /// The run's time as the name of a folder: `2026-05-01T120000`.
  private var runName: String {
    let time = CivilTimeText.text(timestamp: options.now, separator: "T")
    return String(time.prefix(19).filter { $0 != ":" })
  }
}
