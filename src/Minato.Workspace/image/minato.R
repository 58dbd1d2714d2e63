# Minato inside the workspace: sql("select ...") gives a data frame of the permit's tables (views named like the files in
# /data). Tables that are created live until the job ends.
sql <- function(query) {
  file <- tempfile("rows-", fileext = ".csv")
  on.exit(unlink(c(file, paste0(file, ".types"), paste0(file, ".error"))))
  Sys.setenv(MINATO_SQL_FILE = "/work/.session.duckdb")
  status <- system2("/usr/bin/python3", c("-m", "minato", "r", file), input = query, stderr = paste0(file, ".error"))
  if (status != 0) {
    stop(paste(readLines(paste0(file, ".error")), collapse = "\n"), call. = FALSE)
  }
  if (!file.exists(file)) {
    return(invisible(NULL))
  }
  utils::read.csv(file, colClasses = readLines(paste0(file, ".types")), na.strings = "\\N", check.names = FALSE, encoding = "UTF-8")
}
