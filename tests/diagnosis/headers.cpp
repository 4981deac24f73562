// Exists for the precompiled header of the programs.
