// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

class IModuleInterface {
public:
    virtual ~IModuleInterface() = default;
    virtual void StartupModule() {}
    virtual void ShutdownModule() {}
};
class FDefaultModuleImpl : public IModuleInterface {};

class FModuleManager {
public:
    static FModuleManager& Get();
    template <typename T> static T& LoadModuleChecked(const FName);
    template <typename T> static T* GetModulePtr(const FName);
};
#define IMPLEMENT_MODULE(Class, Name) static_assert(sizeof(Class*) > 0)
