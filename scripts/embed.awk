# Makes C string constants of text files: awk -f embed.awk -v name=X FILE… > x.c
# One constant a file, in the order given, in: const char *const X[] = {…, 0};
BEGIN {
    print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
    printf "extern const char *const %s[];\nconst char *const %s[] = {\n", name, name
}
FNR == 1 && NR > 1 { print "," }
{
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    printf "\"%s\\n\"\n", $0
}
END { print ",\n0};" }
