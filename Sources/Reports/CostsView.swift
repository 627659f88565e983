package import Columns
import SQL

/// The view `costs`: one row per charge over all cost tables, with FOCUS column names.
///
/// Its text depends on the tables that are in the lake, and on their tag columns. Columns that a
/// report knows but a table lacks read as NULL (`Catalog.declaredColumns`).
package enum CostsView {
  /// The view's SQL for the cost tables that exist; without any, a query with no rows.
  ///
  /// - Parameter rules: what is added to the bills; nil for nothing.
  package static func statement(
    catalog: ReportCatalog, tables: [(name: String, schema: Schema)], rules: CostRules? = nil
  ) -> String {
    let bills = bills(catalog, tables)
    guard let rules else { return bills }
    let outputs = columns.map { column in
      rules.expression(of: column.name).map { "\($0) AS \(SQLName.quoted(column.name))" }
        ?? SQLName.quoted(column.name)
    }
    return "SELECT\n  " + outputs.joined(separator: ",\n  ") + "\nFROM (\n\(bills)\n) AS bills"
  }

  private static func bills(
    _ catalog: ReportCatalog, _ tables: [(name: String, schema: Schema)]
  ) -> String {
    let parts = catalog.costKinds.compactMap { kind -> String? in
      guard let table = kind.table,
        let stored = tables.first(where: { $0.name.lowercased() == table.name.lowercased() })
      else { return nil }
      return select(kind, from: stored.name, stored.schema)
    }
    return parts.isEmpty ? emptyStatement() : parts.joined(separator: "\nUNION ALL\n")
  }

  /// Columns of the view and their types, in order.
  package static let columns: [Field] = [
    Field("BillingPeriodStart", .timestamp), Field("BillingPeriodEnd", .timestamp),
    Field("ChargePeriodStart", .timestamp), Field("ChargePeriodEnd", .timestamp),
    Field("BillingAccountId", .varchar), Field("SubAccountId", .varchar),
    Field("SubAccountName", .varchar), Field("ServiceName", .varchar),
    Field("ServiceCategory", .varchar), Field("RegionId", .varchar),
    Field("AvailabilityZone", .varchar), Field("ResourceId", .varchar),
    Field("ChargeCategory", .varchar), Field("ChargeClass", .varchar),
    Field("ChargeDescription", .varchar), Field("ChargeFrequency", .varchar),
    Field("BilledCost", .double), Field("EffectiveCost", .double), Field("ListCost", .double),
    Field("ContractedCost", .double), Field("BillingCurrency", .varchar),
    Field("ConsumedQuantity", .double), Field("ConsumedUnit", .varchar),
    Field("PricingQuantity", .double), Field("PricingUnit", .varchar),
    Field("PricingCategory", .varchar), Field("SkuId", .varchar),
    Field("CommitmentDiscountId", .varchar), Field("CommitmentDiscountType", .varchar),
    Field("CommitmentDiscountStatus", .varchar), Field("InvoiceId", .varchar),
    Field("PublisherName", .varchar), Field("ProviderName", .varchar),
    Field("BillingAccountName", .varchar), Field("BillingAccountType", .varchar),
    Field("CapacityReservationId", .varchar), Field("CapacityReservationStatus", .varchar),
    Field("CommitmentDiscountCategory", .varchar), Field("CommitmentDiscountName", .varchar),
    Field("CommitmentDiscountQuantity", .double), Field("CommitmentDiscountUnit", .varchar),
    Field("ContractedUnitPrice", .double), Field("InvoiceIssuerName", .varchar),
    Field("ListUnitPrice", .double), Field("PricingCurrency", .varchar),
    Field("PricingCurrencyContractedUnitPrice", .double),
    Field("PricingCurrencyEffectiveCost", .double),
    Field("PricingCurrencyListUnitPrice", .double), Field("RegionName", .varchar),
    Field("ResourceName", .varchar), Field("ResourceType", .varchar),
    Field("ServiceSubcategory", .varchar), Field("SkuMeter", .varchar),
    Field("SkuPriceId", .varchar), Field("SubAccountType", .varchar),
    Field("Tags", .map(key: .varchar, value: .varchar)),
    Field("x_LineItemType", .varchar), Field("x_UsageType", .varchar),
    Field("x_Operation", .varchar), Field("x_ServiceCode", .varchar),
    Field("x_BlendedCost", .double), Field("x_NetUnblendedCost", .double),
    Field("x_NetAmortizedCost", .double), Field("x_NormalizedUsage", .double),
    Field("x_PurchaseOption", .varchar), Field("x_PaymentOption", .varchar),
    Field("x_SavingsPlanType", .varchar),
    // Of a reservation: standard or convertible.
    Field("x_OfferingClass", .varchar), Field("x_SubscriptionId", .varchar),
    // What a commitment's row commits to and what of it was used: money of plans, normalized units
    // of reservations.
    Field("x_CommitmentTotal", .double), Field("x_CommitmentUsed", .double),
    Field("x_CommitmentStart", .varchar), Field("x_CommitmentEnd", .varchar),
    Field("x_InstanceType", .varchar), Field("x_InstanceFamily", .varchar),
    Field("x_OperatingSystem", .varchar), Field("x_Tenancy", .varchar),
    Field("x_DatabaseEngine", .varchar), Field("x_CacheEngine", .varchar),
    Field("x_DeploymentOption", .varchar), Field("x_BillingEntity", .varchar),
    Field("x_OrganizationalUnit", .varchar),
    Field("x_CostCategories", .map(key: .varchar, value: .varchar)),
    // A cost times the rate is the cost in the reporting currency.
    Field("x_ReportingCurrency", .varchar), Field("x_ExchangeRate", .double),
    Field("x_SourceTable", .varchar),
    Field("billing_period", .varchar),
  ]

  private static func emptyStatement() -> String {
    let nulls = columns.map { "CAST(NULL AS \($0.type)) AS \(SQLName.quoted($0.name))" }
    return "SELECT\n  " + nulls.joined(separator: ",\n  ") + "\nWHERE false"
  }

  private static func select(_ kind: ReportKind, from table: String, _ schema: Schema) -> String {
    let mapping = Dictionary(
      kind.focus.map { ($0.column.lowercased(), $0.expression) }, uniquingKeysWith: { $1 })
    let outputs = columns.map { column -> String in
      let expression =
        switch column.name {
        case "Tags": tags(kind, schema)
        case "x_CostCategories": categories(schema)
        case "x_ReportingCurrency": mapping["billingcurrency"] ?? "CAST(NULL AS varchar)"
        case "x_ExchangeRate": "1e0"
        case "x_SourceTable": SQLLiteral.text(table)
        case "billing_period": "billing_period"
        default: mapping[column.name.lowercased()] ?? "CAST(NULL AS \(column.type))"
        }
      return "\(expression) AS \(SQLName.quoted(column.name))"
    }
    let condition = kind.bill?.condition.map { "\nWHERE \($0)" } ?? ""
    return "SELECT\n  " + outputs.joined(separator: ",\n  ") + "\nFROM \(SQLName.quoted(table))"
      + condition
  }

  /// The tags as one MAP whose keys have lost their prefix: those of a MAP column, of columns of their
  /// own, or where a user's selection has both, of both.
  private static func tags(_ kind: ReportKind, _ schema: Schema) -> String {
    let columns = columnTags(kind, schema)
    guard let map = kind.bill?.tagMap else {
      return columns ?? "CAST(map() AS map(varchar, varchar))"
    }
    var tags = map
    if let prefixes = kind.bill?.tagKeyPrefixes, !prefixes.isEmpty {
      let pattern = SQLLiteral.text("^(\(prefixes.joined(separator: "|")))")
      tags = "transform_keys(\(map), (k, v) -> regexp_replace(k, \(pattern), ''))"
    }
    guard let columns else { return tags }
    return schema.field(named: map) == nil
      ? columns : "coalesce(map_concat(\(columns), \(tags)), \(columns))"
  }

  /// AWS's own cost categories: a MAP column, or columns of their own.
  private static func categories(_ schema: Schema) -> String {
    for name in ["x_CostCategories", "cost_category"] {
      if case .map? = schema.field(named: name)?.type { return SQLName.quoted(name) }
    }
    let prefix = "cost_category_"
    let columns = schema.names.filter { $0.lowercased().hasPrefix(prefix) }
    guard !columns.isEmpty else { return "CAST(map() AS map(varchar, varchar))" }
    let keys = columns.map { SQLLiteral.text(String($0.dropFirst(prefix.count))) }
    return """
      map_filter(MAP(ARRAY[\(keys.joined(separator: ", "))], \
      ARRAY[\(columns.map(SQLName.quoted).joined(separator: ", "))]), (k, v) -> v IS NOT NULL AND v <> '')
      """
  }

  /// The tags that are columns, nil where there are none.
  private static func columnTags(_ kind: ReportKind, _ schema: Schema) -> String? {
    guard let prefix = kind.bill?.tagColumnPrefix else { return nil }
    let columns = schema.names.filter { $0.lowercased().hasPrefix(prefix) }
    guard !columns.isEmpty else { return nil }
    let keys = columns.map { column -> String in
      let key = column.dropFirst(prefix.count)
      let strange = kind.bill?.tagKeyPrefixes.first { key.hasPrefix($0) }
      return SQLLiteral.text(String(key.dropFirst(strange?.count ?? 0)))
    }
    return """
      map_filter(MAP(ARRAY[\(keys.joined(separator: ", "))], \
      ARRAY[\(columns.map(SQLName.quoted).joined(separator: ", "))]), (k, v) -> v IS NOT NULL AND v <> '')
      """
  }
}
