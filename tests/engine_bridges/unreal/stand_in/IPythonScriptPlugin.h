// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Modules/ModuleManager.h"

class IPythonScriptPlugin : public IModuleInterface {
public:
    static IPythonScriptPlugin* Get();
    virtual bool IsPythonAvailable() const = 0;
    virtual bool ExecPythonCommand(const TCHAR*) = 0;
};
