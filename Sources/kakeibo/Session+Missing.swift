import Columns
import Evaluators
import Warehouse

extension Session {
  /// Says why an answer is going to be empty: there is nothing in the lake, which may be another than was
  /// meant.
  func noteEmptyLake(_ warehouse: Warehouse) throws {
    guard try warehouse.tables().isEmpty else { return }
    terminal.note(
      "note: there is nothing in the lake '\(warehouse.configuration.lake)'; "
        + "load something with 'kakeibo ingest FOLDER', or name another with --lake")
  }

  /// Says why an answer about bills is going to be empty: there are none, or none of the month.
  func noteMissingBills(_ warehouse: Warehouse, month: String? = nil) throws {
    guard try warehouse.hasCosts() else {
      let lake = warehouse.configuration.lake
      return terminal.note("note: \(ReconciliationError.noBills(lake))")
    }
    guard let month else { return }
    let months = try warehouse.query(
      "SELECT DISTINCT billing_period FROM costs WHERE billing_period IS NOT NULL ORDER BY 1"
    ).rows().compactMap(\.first?.string)
    if !months.contains(month) {
      terminal.note("note: \(ReconciliationError.noPeriod(month, known: months))")
    }
  }
}
