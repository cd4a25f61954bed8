"""Files that are not opened, each with what to do instead: this kind of file is not read; save it as CSV."""

from collections import Counter
from pathlib import Path

_MATLAB = "in MATLAB: writetable(struct2table(data), 'choices.csv')"
_R = "in R: write.csv(data, 'choices.csv', row.names = FALSE)"
_PYTHON = "in Python: table.to_csv('choices.csv', index=False)"
_PICKLE = f"a pickle can run code when it is opened, so neurorl never opens one; {_PYTHON}"
_SHEET = "in the program that made it: save as .xlsx or as CSV"
_ARCHIVE = "unpack it first, and give the file or folder that was in it"

# ending -> (what it is, how its table is saved as CSV)
_KINDS = {
    ".mat": ("a MATLAB file", _MATLAB),
    ".npy": ("a NumPy array, which has no column names", "in Python: pandas.DataFrame({'choice': ...}).to_csv(...)"),
    ".json": ("a JSON file", "in Python: pandas.read_json('FILE').to_csv('choices.csv', index=False)"),
    ".jsonl": ("a JSON file", "in Python: pandas.read_json('FILE', lines=True).to_csv('choices.csv', index=False)"),
    ".sav": ("an SPSS file", "in SPSS: File, Save as, CSV"),
    ".por": ("an SPSS file", "in SPSS: File, Save as, CSV"),
    ".dta": ("a Stata file", "in Stata: export delimited using choices.csv"),
    ".sas7bdat": ("a SAS file", "in SAS: proc export with dbms=csv"),
    ".rds": ("an R file", _R),
    ".rda": ("an R file", _R),
    ".rdata": ("an R file", _R),
    ".pkl": ("a pickle", _PICKLE),
    ".pickle": ("a pickle", _PICKLE),
    ".joblib": ("a pickle", _PICKLE),
    ".pt": ("a pickle", _PICKLE),
    ".h5": ("an HDF5 file (of HDF5, only NWB files that end in .nwb are read)", _PYTHON),
    ".hdf5": ("an HDF5 file (of HDF5, only NWB files that end in .nwb are read)", _PYTHON),
    ".nc": ("a NetCDF file", "neurorl.read_recording opens recordings; for tables, " + _PYTHON),
    ".feather": ("a Feather file", "in Python: pandas.read_feather('FILE').to_csv('choices.csv', index=False)"),
    ".arrow": ("an Arrow file", "in Python: pandas.read_feather('FILE').to_csv('choices.csv', index=False)"),
    ".xls": ("an old Excel file", _SHEET),
    ".xlsb": ("a binary Excel file", _SHEET),
    ".ods": ("an OpenDocument table", _SHEET),
    ".numbers": ("a Numbers file", _SHEET),
    ".zip": ("an archive", _ARCHIVE),
    ".tar": ("an archive", _ARCHIVE),
    ".tgz": ("an archive", _ARCHIVE),
    ".7z": ("an archive", _ARCHIVE),
    ".rar": ("an archive", _ARCHIVE),
    ".gz": ("a compressed file of an unknown kind", "unpack it, or let it end in .csv.gz, .tsv.gz or .txt.gz"),
    ".bz2": ("a compressed file", "unpack it, or compress it with gzip (.csv.gz)"),
    ".xz": ("a compressed file", "unpack it, or compress it with gzip (.csv.gz)"),
    ".db": ("a data base", _PYTHON),
    ".sqlite": ("a data base", _PYTHON),
    ".edf": ("a recording, not a table", "export its events as CSV"),
    ".asc": ("a recording, not a table", "export its events as CSV"),
    ".log": ("a log file", "export its trials as CSV"),
    ".psydat": ("a pickle", "PsychoPy writes a .csv beside it; give that file"),
    ".pdf": ("a document", "save its table as CSV"),
    ".docx": ("a document", "save its table as CSV"),
    ".html": ("a web page", "save its table as CSV"),
    ".xml": ("an XML file", "save its table as CSV"),
    ".parquet.gz": ("a compressed Parquet file", "unpack it; Parquet is compressed already"),
}  # fmt: skip

# What a file begins with, where its name says text: (bytes, what it is).
_BEGINNINGS = (
    (b"PK\x03\x04", "a zip or Excel file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"MATLAB ", "a MATLAB file"),
    (b"\x89HDF", "an HDF5 or MATLAB file"),
    (b"PAR1", "a Parquet file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x80\x04\x95", "a pickle"),
    (b"\x80\x05\x95", "a pickle"),
    (b"%PDF", "a PDF document"),
    (b"$FL2", "an SPSS file"),
    (b"version https://", "a pointer of Git LFS (git lfs pull fetches the file itself)"),
    (b"{", "a JSON file"),
    (b"<html", "a web page"),
    (b"<!DOCTYPE", "a web page"),
)

_READ = ".csv, .tsv, .txt (each also with .gz), .xlsx, .parquet, .npz (disRNN arrays) and .nwb"


def unread(path: Path) -> str:
    """Why a path of no known kind was not opened, and what to do."""
    if path.is_dir():
        return _folder(path)
    if path.stat().st_size == 0:
        return f"{path} is an empty file (0 bytes); a table with a header line is expected."
    name = path.name.lower()
    for ending in sorted(_KINDS, key=len, reverse=True):
        if name.endswith(ending):
            what, how = _KINDS[ending]
            if how is _ARCHIVE:
                return f"{path} is {what}; archives are not read: {_ARCHIVE}."
            return f"{path} is {what}. This kind of file is not read; save it as CSV ({how})."
    known = f"Files that are read end in {_READ}."
    if path.suffix == "":
        looks = beginning(path)
        return (
            f"The name of {path} has no ending that says what kind of file it is"
            f"{f', and it looks like {looks}' if looks else ''}; it was not opened. {known} If it is text, rename it "
            f"to {path.name}.csv."
        )
    return f"{path} ends in {path.suffix}; this kind of file is not read. Save it as CSV. {known}"


def beginning(path: Path) -> str | None:
    """What a file is by its first bytes, where these are not those of a text table."""
    with path.open("rb") as file:
        return of_bytes(file.read(16))


def of_bytes(head: bytes) -> str | None:
    """What content is by its first bytes, where these are not those of a text table."""
    return next((what for start, what in _BEGINNINGS if head.startswith(start)), None)


def _folder(path: Path) -> str:
    """What a folder holds instead of files of a known layout."""
    endings: Counter[str] = Counter()
    for count, found in enumerate(path.rglob("*")):
        if count > 10_000:
            break
        if found.is_file() and not any(part.startswith(".") for part in found.relative_to(path).parts):
            endings[found.suffix.lower() or "without an ending"] += 1
    if not endings:
        return f"The folder {path} is empty."
    listed = ", ".join(f"{n} {ending}" for ending, n in endings.most_common(5))
    tables = any(ending in endings for ending in (".csv", ".tsv", ".txt", ".xlsx", ".parquet"))
    unread_ = [_KINDS[ending] for ending in endings if ending in _KINDS]
    advice = ""
    if tables:
        advice = " Tables are read one file at a time: give the file, or join the files into one with a column subject."
    elif unread_:
        what, how = unread_[0]
        advice = f" It holds {what}, a kind that is not read; save it as CSV ({how})."
    return (
        f"The folder {path} holds no files of a known layout (it holds {listed}). Folders are read as NWB (.nwb), BIDS "
        f"(sub-*_events.tsv, sub-*_beh.tsv) or IBL (_ibl_trials.*).{advice}"
    )
