package import Columns

/// What one kind of report looks like and where its rows go: a file of `schemas/`.
package struct ReportKind: Sendable {
  /// The short name users give: `cur`, `cur2`, `focus`, `ec2-instances`.
  package let name: String
  package let title: String
  /// Where the format is documented.
  package let documentation: String
  package let recognition: ReportRecognition
  /// The tables for the rows: one, but for formats that bring several (`ssm-inventory`).
  package let tables: [ReportTable]
  /// For reports of costs: which columns say when, who and how much.
  package let bill: ReportBill?
  package let naming: ColumnNaming
  /// Types of columns that are not listed, by the start of their names; the first that fits holds.
  package let otherColumns: [OtherColumns]
  /// Fields that mean NULL besides empty ones.
  package let nullTokens: [String]
  /// Whether empty fields of text columns are empty text, as Athena's tables of the report have them;
  /// otherwise they are NULL.
  package let keepsEmptyText: Bool
  /// Where the rows of a JSON listing are: `Reservations[].Instances[]`, `` for the document itself.
  package let rows: String?
  /// Where in a row its time is, for listings whose paths do not tell the day.
  package let day: String?
  /// Names that members of nested rows have besides the usual ones, in lower case: the other name to
  /// the usual one.
  package let spellings: [String: String]
  /// How FOCUS columns are computed from the table; empty for reports without costs.
  package let focus: [FocusMapping]
  /// Whether the rows are flat: each file's rows are the table's, their columns found by name.
  package var isFlat: Bool
  /// How the text of the files is written, where it does not say so itself.
  package let text: ReportText
  /// For tables with a column per group: how they become a row per value.
  package let unpivot: Unpivot?
  /// Whether columns that are not listed are loaded as well.
  package let loadsOtherColumns: Bool
  /// What needs columns that a delivery may lack.
  package let needs: [ColumnNeed]

  package struct OtherColumns: Sendable, Hashable {
    package let prefix: String
    package let type: DataType
  }

  /// How the names in a report's header become names of columns.
  package enum ColumnNaming: String, Sendable {
    /// Athena's rule for cost and usage reports; see ``AthenaName``.
    case athena
    case delivered
    /// Lower case, `_` for what is neither letter nor digit, as AWS's crawler names columns.
    case lower
  }

  /// The only table of most kinds.
  package var table: ReportTable? { tables.count == 1 ? tables[0] : nil }

  /// The type that a column of that name has in general.
  package func type(ofUnlisted name: String) -> DataType {
    let lowered = name.lowercased()
    return otherColumns.first { lowered.hasPrefix($0.prefix) }?.type ?? .varchar
  }
}

/// A table that a report lands in.
package struct ReportTable: Sendable {
  package let name: String
  package let partitionColumns: [String]
  /// The partition columns that say whose listing it is, account and region: a later listing of the
  /// same day replaces just that. Empty where a listing replaces what the same file brought before.
  package let scopeColumns: [String]
  /// The columns that tell rows of one day apart; empty where nothing does. In listings an id that is
  /// one account's in one region.
  package let keyColumns: [String]
  /// The columns known in general; a delivery may lack some and bring others.
  package let columns: [ReportColumn]

  package var schema: Schema { Schema(columns.map { Field($0.name, $0.type) }) }
}

/// A column of a report, as the table has it.
package struct ReportColumn: Sendable, Hashable {
  package let name: String
  package let type: DataType
  package let unit: String?
  package let description: String?
  /// Whether the report is refused without it.
  package let isRequired: Bool
  /// In tables the names that the header may have for it, in JSON the path of the value from the row
  /// (`../` for what holds the row); `|` between alternatives.
  package let from: String?
  /// For JSON listings: how the value becomes the column's, when not by its type alone.
  package let conversion: String?
  /// For dates and times that are not written as ISO 8601 has them.
  package let pattern: DatePattern?
}

/// How the values of a flat text file are written.
package struct ReportText: Sendable, Hashable {
  /// What separates fields; nil for what the first line suggests.
  package var delimiter: UInt8?
  /// The marks in numbers; nil for plain ones.
  package var numbers: NumberMarks?
}

/// A table with a column per group, turned so that each value is a row.
///
/// The first column is what all values of its row have in common. Columns of the schema take their
/// values `from` `$row` (the first column's), `$group` and `$unit` (the header `EC2-Other($)` is group
/// `EC2-Other`, unit `$`), `$value`, and `$by`, the first column's name.
package struct Unpivot: Sendable, Hashable {
  /// Rows that are left out since they add up others, by their first column; `*` is any text.
  package let skipRows: [String]
  /// Groups that are left out for the same reason.
  package let skipGroups: [String]
}

/// Which columns of a cost report say when, who and how much.
package struct ReportBill: Sendable, Hashable {
  /// The column with the first moment of the billing period.
  package let period: String
  package let payer: String
  package let cost: String
  package let currency: String
  /// Columns with numbers of accounts.
  package let accounts: [String]
  /// Where tags are: a MAP column, or columns that start with a prefix.
  package let tagMap: String?
  package let tagColumnPrefix: String?
  /// What stands before a tag's key and is left out in `Tags`.
  package let tagKeyPrefixes: [String]
  /// A condition for rows to count in `costs`; nil for all.
  package let condition: String?
  /// The columns by which a row is known within a delivery, the one that must not be empty first; none
  /// where rows may repeat.
  package let identity: [String]
}

/// Columns that a report may be made without, and what does not work then.
package struct ColumnNeed: Sendable, Hashable {
  /// Names in the table; one that ends in `*` stands for any column that begins so.
  package let columns: [String]
  /// What is not possible without them.
  package let enables: String
  /// How the report comes to have them.
  package let include: String
  /// Whether a report is as it should be without them.
  package let isOptional: Bool

  /// The columns that are not among these names.
  package func missing(from names: Set<String>) -> [String] {
    columns.filter { column in
      guard column.hasSuffix("*") else { return !names.contains(column.lowercased()) }
      let prefix = column.dropLast().lowercased()
      return !names.contains { $0.hasPrefix(prefix) }
    }
  }
}

/// How a FOCUS column is computed from a report's table.
package struct FocusMapping: Sendable, Hashable {
  package let column: String
  /// SQL over the table's columns.
  package let expression: String
}

/// What tells a kind of report from others.
package struct ReportRecognition: Sendable {
  /// Members that a manifest of the report has, all of them.
  package let manifest: [String]
  /// Names in the header of a table file, one list of which is enough.
  package let headers: [Header]
  /// Members of a JSON document, one of which is enough.
  package let json: [String]
  /// Members of a row that stands without the document around it; all of one of these lists.
  package let members: [[String]]
  /// The text format, for what is neither a table nor JSON: `openmetrics`.
  package let text: String?
  /// The end of the file's path, component by component, with `*` for any text.
  package let path: String?

  /// Names in the header of a table file, in the form that the kind's naming gives them.
  package struct Header: Sendable {
    package let some: [String]
    /// How many of `some` are enough.
    package let atLeast: Int
    /// One of these is there, if any are listed.
    package let one: [String]
    package let none: [String]
  }
}
