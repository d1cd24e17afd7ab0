#include "../../native/unit/checks.h"

int main() { return checks::run_all(); }
