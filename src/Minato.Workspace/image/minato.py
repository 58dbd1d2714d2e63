"""Minato inside the workspace: the permit's tables, by SQL.

    from minato import sql, rows, crosstab, model
    sql("select sex, count(*) as n from person group by all")    # a pandas DataFrame
    rows("select count(*) as n from person")                     # a list of dictionaries
    crosstab("by-sex", ["sex"], "person")                        # /out/by-sex.csv, small cells hidden, declared for the exit
    model("effect", fitted)                                      # /out/effect.csv, coefficients of a fitted model, declared too

The tables are views named like the files in /data. `python3 -m minato script FILE` runs a SQL job: the result of every
query becomes a CSV file in /out, named by a comment line `-- out: name` before it, or result-1.csv, result-2.csv ...
"""

import csv
import ctypes
import glob
import json
import os
import re
import sys

DATA = "/data"
OUT = "/out"
_NULL = "\\N"


class Error(Exception):
    """The engine refused a statement; the text says why."""


class _Result(ctypes.Structure):
    _fields_ = [("columns", ctypes.c_uint64), ("rows", ctypes.c_uint64), ("changed", ctypes.c_uint64),
                ("data", ctypes.c_void_p), ("error", ctypes.c_void_p), ("internal", ctypes.c_void_p)]


class _Engine:
    """One DuckDB session over the C interface."""

    def __init__(self, path):
        lib = ctypes.CDLL("/opt/minato/libduckdb.so")
        lib.duckdb_open.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
        lib.duckdb_connect.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)]
        lib.duckdb_query.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(_Result)]
        lib.duckdb_result_error.argtypes = [ctypes.POINTER(_Result)]
        lib.duckdb_result_error.restype = ctypes.c_char_p
        lib.duckdb_destroy_result.argtypes = [ctypes.POINTER(_Result)]
        self._lib = lib
        database, self._session = ctypes.c_void_p(), ctypes.c_void_p()
        if lib.duckdb_open(path.encode(), ctypes.byref(database)) or lib.duckdb_connect(database, ctypes.byref(self._session)):
            raise Error("The SQL engine does not start")
        self.execute("set threads = 2")
        self.execute("set memory_limit = '%s'" % os.environ.get("MINATO_SQL_MEMORY", "512MiB"))
        self.execute("set temp_directory = '/scratch/.sql'")
        self._views()

    def execute(self, statement):
        result = _Result()
        try:
            if self._lib.duckdb_query(self._session, statement.encode(), ctypes.byref(result)):
                raise Error((self._lib.duckdb_result_error(ctypes.byref(result)) or b"").decode("utf-8", "replace"))
        finally:
            self._lib.duckdb_destroy_result(ctypes.byref(result))

    def save(self, query, path, null=""):
        self.execute("copy (%s) to '%s' (format csv, header, nullstr '%s')" % (query, path, null))

    def columns(self, query):
        """Names and types of a query's columns, or None where it is no query."""
        path = "/scratch/.columns-%d.csv" % os.getpid()
        try:
            self.save("select column_name, column_type from (describe %s)" % query, path)
            with open(path, newline="", encoding="utf-8") as file:
                return [(row[0], row[1]) for row in list(csv.reader(file))[1:]]
        except Error:
            return None
        finally:
            if os.path.exists(path):
                os.unlink(path)

    def _views(self):
        files = {}
        for kind in ("csv", "parquet"):  # Parquet keeps types, so it comes last and wins.
            found = {}
            for path in sorted(glob.glob("%s/**/*.%s" % (DATA, kind), recursive=True)):
                # A large table comes in parts: drug_exposure.parquet, drug_exposure.2.parquet and so on.
                found.setdefault(os.path.basename(path).split(".")[0], []).append("'%s'" % path.replace("'", "''"))
            files.update((name, (kind, ", ".join(paths))) for name, paths in found.items())
        for name, (kind, path) in files.items():
            reader = "read_parquet([%s])" % path if kind == "parquet" else "read_csv([%s], header = true)" % path
            try:
                self.execute('create or replace view "%s" as select * from %s' % (name.replace('"', '""'), reader))
            except Error as error:
                print("%s is no table: %s" % (path, error), file=sys.stderr)


_engine = None


def _session():
    global _engine
    if _engine is None:
        _engine = _Engine(os.environ.get("MINATO_SQL_FILE", ":memory:"))
    return _engine


def statements(text):
    """Splits a script at its semicolons: pairs of (name or None, statement)."""
    pieces, start, at = [], 0, 0
    skip = re.compile(r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$""", re.S)
    while at < len(text):
        token = skip.match(text, at)
        if token:
            at = token.end()
        elif text[at] == ";":
            pieces.append(text[start:at])
            at += 1
            start = at
        else:
            at += 1
    pieces.append(text[start:])
    found = []
    for piece in pieces:
        name = re.search(r"^\s*--\s*out:\s*([a-z0-9][a-z0-9._-]*?)(?:\.csv)?\s*$", piece, re.M)
        if re.sub(r"--[^\n]*|/\*.*?\*/", "", piece, flags=re.S).strip():
            found.append((name.group(1) if name else None, piece.strip()))
    return found


def _query(query):
    parts = statements(query)
    if len(parts) != 1:
        raise Error("One statement at a time")
    # The line break ends a comment that the statement may end with.
    return parts[0][1] + "\n"


def sql(query):
    """Rows of a query as a pandas DataFrame; another statement is executed and gives None."""
    import pandas

    query, engine = _query(query), _session()
    columns = engine.columns(query)
    if columns is None:
        engine.execute(query)
        return None
    path = "/scratch/.rows-%d.csv" % os.getpid()
    try:
        engine.save(query, path, _NULL)
        types, dates = {}, []
        for name, kind in columns:
            if kind in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"):
                types[name] = "Int64"
            elif kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL"):
                types[name] = "float64"
            elif kind == "BOOLEAN":
                types[name] = "boolean"
            else:
                types[name] = "object"
                if kind.startswith(("DATE", "TIMESTAMP")):
                    dates.append(name)
        return pandas.read_csv(path, dtype=types, parse_dates=dates, keep_default_na=False, na_values=[_NULL])
    finally:
        if os.path.exists(path):
            os.unlink(path)


def rows(query):
    """Rows of a query as dictionaries of int, float, bool, str and None; needs nothing but Python."""
    query, engine = _query(query), _session()
    columns = engine.columns(query)
    if columns is None:
        engine.execute(query)
        return []
    path = "/scratch/.rows-%d.csv" % os.getpid()
    try:
        engine.save(query, path, _NULL)
        with open(path, newline="", encoding="utf-8") as file:
            return [{name: _value(kind, text) for (name, kind), text in zip(columns, line)} for line in list(csv.reader(file))[1:]]
    finally:
        if os.path.exists(path):
            os.unlink(path)


MINIMUM = 10
DIGITS = 6


def progress(share, what=""):
    """Tells how far a job is: share is 0 to 1."""
    print("[progress %d] %s" % (round(100 * share), what), flush=True)


def crosstab(name, by, table, person="person_id", minimum=MINIMUM, description=""):
    """Counts distinct persons of a table or query by columns, hides cells below the minimum, and declares the table for the exit.

    There are no totals, so that what is hidden cannot be computed from what is not. Returns the rows as written."""
    columns = ", ".join('"%s"' % c.replace('"', '""') for c in by)
    source = table if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", table) else "(%s)" % _query(table)
    counted = rows('select %s, count(distinct "%s") as persons from %s as t group by %s order by %s' % (columns, person, source, columns, columns))
    lines = [[row[c] for c in by] + [row["persons"] if row["persons"] >= minimum else "*"] for row in counted]
    _write(name, list(by) + ["persons"], lines, {"kind": "FrequencyTable", "dimensionColumns": list(by), "countColumn": "persons", "description": description or "Persons by " + ", ".join(by)})
    return lines


def model(name, fitted, description=""):
    """Writes coefficients and standard errors of a fitted model, with the persons and residual degrees of freedom behind them, and declares the table.

    `fitted` is what statsmodels gives, or anything that has params and bse (both by term), nobs and df_resid."""
    terms = list(fitted.params.keys())
    lines = [[term, int(fitted.nobs), int(fitted.df_resid), _round(fitted.params[term]), _round(fitted.bse[term])] for term in terms]
    _write(name, ["term", "persons", "df", "estimate", "std_error"], lines,
           {"kind": "Model", "dimensionColumns": ["term"], "countColumn": "persons", "degreesOfFreedomColumn": "df", "description": description or "Coefficients of a model"})
    return lines


def _round(number):
    return float("%.*g" % (DIGITS, number))


def _write(name, header, lines, declaration):
    with open("%s/%s.csv" % (OUT, name), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)
    with open("%s/%s.csv.minato.json" % (OUT, name), "w", encoding="utf-8") as file:
        json.dump({"runId": "", "fileName": "", "underlyingFile": None, **declaration}, file)


def _value(kind, text):
    if text == _NULL:
        return None
    if kind.endswith("INT") or kind in ("INTEGER", "UINTEGER"):
        return int(text)
    if kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL"):
        return float(text)
    return text == "true" if kind == "BOOLEAN" else text


def _script(path):
    """A SQL job."""
    engine, number = _session(), 0
    with open(path, encoding="utf-8") as file:
        script = file.read()
    for name, statement in statements(script):
        columns = engine.columns(statement + "\n")
        if columns is None:
            engine.execute(statement)
            continue
        number += 1
        target = "%s/%s.csv" % (OUT, name or "result-%d" % number)
        engine.save(statement + "\n", target)
        with open(target, encoding="utf-8") as file:
            print("%s: %d columns, %d rows" % (target, len(columns), sum(1 for _ in csv.reader(file)) - 1))


def _for_r(path):
    """One query from standard input for R: rows in PATH, types in PATH.types."""
    query, engine = _query(sys.stdin.read()), _session()
    columns = engine.columns(query)
    if columns is None:
        engine.execute(query)
        return
    engine.save(query, path, _NULL)
    with open(path + ".types", "w", encoding="utf-8") as file:
        for _, kind in columns:
            number = kind.endswith("INT") or kind in ("INTEGER", "UINTEGER", "FLOAT", "DOUBLE") or kind.startswith("DECIMAL")
            print("numeric" if number else {"BOOLEAN": "logical", "DATE": "Date"}.get(kind, "character"), file=file)


if __name__ == "__main__":
    try:
        {"script": _script, "r": _for_r}[sys.argv[1]](sys.argv[2])
    except Error as error:
        sys.exit(str(error))
