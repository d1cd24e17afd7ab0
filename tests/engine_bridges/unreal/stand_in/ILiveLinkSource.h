// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

class ILiveLinkClient;
class ULiveLinkSourceSettings;

class ILiveLinkSource {
public:
    virtual ~ILiveLinkSource() {}
    virtual void InitializeSettings(ULiveLinkSourceSettings*) {}
    virtual void ReceiveClient(ILiveLinkClient*, FGuid) = 0;
    virtual void Update() {}
    virtual bool CanBeDisplayedInUI() const { return true; }
    virtual bool IsSourceStillValid() const = 0;
    virtual bool RequestSourceShutdown() = 0;
    virtual FText GetSourceType() const = 0;
    virtual FText GetSourceMachineName() const = 0;
    virtual FText GetSourceStatus() const = 0;
};
