#include "VoxrigLog.h"

#include "Modules/ModuleManager.h"

DEFINE_LOG_CATEGORY(LogVoxrig);

IMPLEMENT_MODULE(FDefaultModuleImpl, VoxrigRuntime);
