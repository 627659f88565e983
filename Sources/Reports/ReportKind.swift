package import Columns

/// What one kind of report looks like and where its rows go: a file of `schemas/`.
package struct ReportKind: Sendable {
  /// The short name users give: `cur`, `cur2`, `focus`, `ec2-instances`.
  package let name: String
  package let title: String
  /// Where the format is documented.
  package let documentation: String
  package let recognition: Recognition
  /// The lake's table for the rows; nil for formats that bring several (`ssm-inventory`).
  package let table: String?
  package let partitionColumns: [String]
  /// The columns known in general; a delivery may lack some and bring others.
  package let columns: [ReportColumn]
  /// FOCUS column → SQL expression over the table's columns; empty for reports without costs.
  package let focus: [FocusMapping]
}

/// A column of a report, as the table has it.
package struct ReportColumn: Sendable, Hashable {
  package let name: String
  package let type: DataType
  package let unit: String?
  package let description: String?
  /// Whether the report is refused without it.
  package let isRequired: Bool
}

/// How a FOCUS column is computed from a report's table.
package struct FocusMapping: Sendable, Hashable {
  package let column: String
  package let expression: String
}
