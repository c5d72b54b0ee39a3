package dev.parley.replay;

import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** DuckDB in this JVM, with its defaults. */
final class DuckDb {
    private DuckDb() {}

    /** The rows of a result, each with its values separated by spaces. */
    static List<String> query(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (var duckDb = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet result = duckDb.createStatement().executeQuery(sql)) {
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(String.valueOf(result.getObject(column)));
                }
                rows.add(String.join(" ", row));
            }
        }
        return rows;
    }
}
