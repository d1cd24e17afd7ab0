// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

// What Unreal's header tool reads. GENERATED_BODY is written by the test into X.generated.h.
#define UCLASS(...)
#define USTRUCT(...)
#define UENUM(...)
#define UPROPERTY(...)
#define UFUNCTION(...)
#define UMETA(...)
#define VOXRIG_JOIN2(A, B) A##B
#define VOXRIG_JOIN(A, B) VOXRIG_JOIN2(A, B)
#define GENERATED_BODY() VOXRIG_JOIN(CURRENT_FILE_ID, __LINE__)

class UClass;
class UWorld;
class FObjectInitializer;

class UObject {
public:
    UObject();
    virtual ~UObject();
    FString GetName() const;
    FString GetPathName() const;
    FName GetFName() const;
    bool MarkPackageDirty() const;
    virtual UWorld* GetWorld() const;
};

class UClass : public UObject {};

enum EObjectFlags { RF_NoFlags, RF_Public, RF_Standalone };
inline EObjectFlags operator|(EObjectFlags A, EObjectFlags B) { return static_cast<EObjectFlags>(int(A) | int(B)); }

template <typename T> T* NewObject(UObject*, FName = NAME_None, EObjectFlags = RF_NoFlags);
template <typename T> const T* GetDefault();
FString GetNameSafe(const UObject*);
bool UObjectInitialized();
