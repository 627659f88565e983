import Warehouse

extension Warehouse {
  /// Writes to a table in one commit: all that `body` appends, or nothing when it throws.
  func writing<Result>(
    _ request: WriteRequest, _ body: (TableWriter) throws -> Result
  ) throws -> Result {
    let writer = try self.writer(request)
    do {
      let result = try body(writer)
      try writer.commit()
      return result
    } catch {
      writer.cancel()
      throw error
    }
  }
}
