import Planning

/// What a statement is run with beside its text.
struct StatementContext {
  let catalog: WarehouseCatalog
  /// What stands for `?`.
  var parameters: [TypedValue] = []

  init(catalog: WarehouseCatalog, parameters: [TypedValue] = []) {
    self.catalog = catalog
    self.parameters = parameters
  }
}
